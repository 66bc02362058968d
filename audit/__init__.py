"""The trail: canonical events, Merkle tree, signed checkpoints, proofs."""

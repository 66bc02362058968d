"""The embedded stack, its seed, and the story of one case. Only commands import it."""

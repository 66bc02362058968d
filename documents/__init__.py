"""From facts to signed paper."""

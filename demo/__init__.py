"""The embedded stack, its seed, and the story of one case. Nothing else imports this room."""

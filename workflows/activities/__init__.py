"""Everything a workflow does to the world: one thing each, safe to repeat."""

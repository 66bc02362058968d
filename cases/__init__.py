"""What can happen in a proceeding: states, acts, events, refusals. Pure."""

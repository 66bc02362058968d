"""Who may do what: a table anyone can audit, and the relations it speaks of."""

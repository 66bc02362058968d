"""What the authority publishes: its lists of filings, read row by row and judged."""

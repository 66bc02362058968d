"""The public register: filings of ours and of the authority's lists, searchable by anyone."""

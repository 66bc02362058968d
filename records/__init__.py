"""The rows: tables, and the questions we ask of them."""

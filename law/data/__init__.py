"""One TOML file per instrument. Rows are never edited: a new value is a new row."""

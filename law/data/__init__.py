"""One TOML file per instrument. A row is never edited: a new value is a new row with `from`."""

"""One TOML file per year of the State Council's holiday notice."""

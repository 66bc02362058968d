"""What the command line's groups do; each module is loaded only by its command."""

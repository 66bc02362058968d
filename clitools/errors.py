"""What a command cannot do."""


class CommandError(RuntimeError):
    """A command cannot do its work; the message says what to do."""

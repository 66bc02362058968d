"""A row of a table as it stands in a file, before anybody judges it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one row; what is merged over rows stands in each of them.

    `table` and `row` count from 1 as a reader counts them; `row` counts header rows, too. A
    spreadsheet's `table` is its sheet.
    """

    table: int
    row: int
    cells: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the row stands, e.g. `1:17`."""
        return f"{self.table}:{self.row}"

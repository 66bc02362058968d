"""Import a list into the public register, from its stored bytes to its report."""

from dataclasses import dataclass
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.options import IMPORT_LIST, IMPORTING


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """A list to import; its bytes are stored by hash."""

    sha256: str
    name: str
    published: str  # the month, YYYY-MM
    columns: str = ""  # a column map


@workflow.defn(name="register-import")
class RegisterImport:
    """One run per list; the workflow id holds its hash, so that a second call joins the first.

    The one activity commits batch by batch and goes on where it stopped when it is killed.
    """

    @workflow.run
    async def run(self, order: ImportOrder) -> dict[str, Any]:
        """Return the report."""
        report: dict[str, Any] = await workflow.execute_activity(
            IMPORT_LIST, order, **IMPORTING
        )
        return report

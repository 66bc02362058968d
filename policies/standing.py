"""The policy of the repository, as it stands."""

from cases.procedures import person_acts
from policies.access import Access, read_rows
from policies.vocabulary import OTHER_ACTS


def access() -> Access:
    """Return the policy, checked word by word."""
    return Access(read_rows(), OTHER_ACTS | person_acts())

"""Ask the policy: may this person do this act here? Deny by default, deny overrides.

The table is read once, checked word by word, and split into one small Casbin enforcer per act;
answers are cached. A changed table means a new `Access`, never a changed one: a live enforcer
that reloads was measured to allow what it should deny.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import casbin

from cases.errors import CaseError
from law.words import Words
from policies.relations import Person
from policies.vocabulary import EFFECTS, EVERYBODY, RELATIONS, ROLES, STAGES

_HERE: Final = Path(__file__).parent
_CACHED: Final = 65536


class NotAllowedError(CaseError):
    """No row of the policy allows the act to this person here."""

    code = "access.denied"
    advice = Words("由有权限的人员办理", "have a person with that role act")


class PolicyError(ValueError):
    """The policy table is empty, malformed, or uses an unknown word."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    role: str
    act: str
    stage: str
    relation: str
    effect: str

    def __str__(self) -> str:
        return f"{self.role}, {self.act}, {self.stage}, {self.relation}, {self.effect}"


Decide = Callable[[frozenset[str], frozenset[str], str], bool]


class Access:
    """The whole table, ready to answer."""

    def __init__(self, rows: Iterable[Row], acts: frozenset[str]) -> None:
        self.rows = tuple(rows)
        check(self.rows, acts)
        self.acts = acts
        self.text = "\n".join(map(str, self.rows))
        self.hash = sha256(self.text.encode()).hexdigest()
        self._decide = {act: self._enforcer(act) for act in {row.act for row in self.rows}}

    def allows(
        self,
        person: Person | None,
        act: str,
        relations: frozenset[str],
        stage: str = "",
    ) -> bool:
        """Tell whether the person may; nobody in particular has no roles but `any`."""
        decide = self._decide.get(act)
        roles: frozenset[str] = frozenset() if person is None else person.roles
        return decide is not None and decide(roles, relations, stage or "-")

    def demand(
        self,
        person: Person | None,
        act: str,
        relations: frozenset[str],
        stage: str = "",
    ) -> str:
        """Return the role the person acts in, or refuse.

        Raises:
            NotAllowedError: It names the row that denies, or says that none allows.
        """
        if not self.allows(person, act, relations, stage):
            raise NotAllowedError(self._why(person, act, relations))
        return self._capacity(person, act, relations)

    def allowing(
        self, person: Person, act: str, relations: frozenset[str], stage: str = ""
    ) -> Row | None:
        """Return the first row that allows the act; None: it is denied."""
        if not self.allows(person, act, relations, stage):
            return None
        rows = self._matching(person, act, relations)
        return next(r for r in rows if r.effect == "allow" and r.stage in {"*", stage or "-"})

    def _enforcer(self, act: str) -> Decide:
        model = casbin.Model()
        model.load_model_from_text((_HERE / "model.conf").read_text("utf-8"))
        enforcer = casbin.Enforcer(model)
        enforcer.add_policies(
            [[r.role, r.act, r.stage, r.relation, r.effect] for r in self.rows if r.act == act]
        )

        @lru_cache(_CACHED)
        def decide(roles: frozenset[str], relations: frozenset[str], stage: str) -> bool:
            asked = (EVERYBODY, *sorted(roles))
            return enforcer.enforce(asked, tuple(relations), stage, act)

        return decide

    def _matching(
        self, person: Person | None, act: str, relations: frozenset[str]
    ) -> list[Row]:
        roles = {EVERYBODY} if person is None else {EVERYBODY, *person.roles}
        return [
            row
            for row in self.rows
            if row.act == act and row.role in roles and row.relation in {"*", *relations}
        ]

    def _capacity(self, person: Person | None, act: str, relations: frozenset[str]) -> str:
        rows = self._matching(person, act, relations)
        return next(row.role for row in rows if row.effect == "allow")

    def _why(self, person: Person | None, act: str, relations: frozenset[str]) -> Words:
        denying = [r for r in self._matching(person, act, relations) if r.effect == "deny"]
        if denying:
            return Words(
                f"不得办理「{act}」：{denying[0]}", f"{act} is denied by: {denying[0]}"
            )
        return Words(f"没有规则允许办理「{act}」", f"no row of the policy allows {act}")


@lru_cache(16)
def former(text: str) -> Access:
    """Return a policy that was in force once, from the text of its rows.

    It may speak of acts that there are no more.
    """
    rows = tuple(Row(*line.split(", ")) for line in text.splitlines())
    return Access(rows, frozenset(row.act for row in rows))


def check(rows: tuple[Row, ...], acts: frozenset[str]) -> None:
    """Check every word of the table.

    Raises:
        PolicyError: The table is empty, a word is unknown, or a row stands twice.
    """
    if not rows:
        raise PolicyError("the policy has no rows")
    if len(set(rows)) != len(rows):
        raise PolicyError("a row of the policy stands twice")
    known = {
        "role": ROLES | {EVERYBODY},
        "act": acts,
        "stage": STAGES,
        "relation": RELATIONS | {"*"},
        "effect": EFFECTS,
    }
    for row in rows:
        for column, words in known.items():
            if getattr(row, column) not in words:
                raise PolicyError(f"unknown {column} in: {row}")
    if silent := acts - {row.act for row in rows}:
        raise PolicyError(f"acts without a row: {sorted(silent)}")


def read_rows(path: Path = _HERE / "policy.csv") -> tuple[Row, ...]:
    """Return the rows of a policy file."""
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    cells = [[cell.strip() for cell in line.split(",")] for line in lines if line]
    for row in cells:
        if row[0] != "p" or len(row) != 6 or not all(row):  # noqa: PLR2004 -- p and five cells
            raise PolicyError(f"not a row: {', '.join(row)}")
    return tuple(Row(*row[1:]) for row in cells)

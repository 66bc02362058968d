"""Who is in the room, and whether they may go on."""

from cases.errors import NoQuorumError, NotEntitledError, UndeclaredError
from cases.ethics_review.state import Review
from law.finding import Reason
from law.parameters import ground
from law.words import Words


def seated(state: Review, person: str) -> str:
    """Return the person, or refuse who holds no seat."""
    if person not in {seat.person for seat in state.opening.seats}:
        raise NotEntitledError(
            Words(
                f"{person} 不是本委员会委员",
                f"{person} holds no seat on this committee",
            )
        )
    return person


def attending(state: Review, present: tuple[str, ...]) -> tuple[str, ...]:
    """Return who is present, each once; refuse the recused and the undeclared (Art. 8)."""
    for person in present:
        seated(state, person)
        if person in state.recused:
            raise NotEntitledError(
                Words(f"{person} 已经回避", f"{person} is recused"),
                (duty(state, "recusal"),),
            )
        if person not in state.declared:
            raise UndeclaredError(
                Words(f"{person} 尚未声明利益冲突", f"{person} has not declared interests"),
                (duty(state, "recusal"),),
            )
    return tuple(dict.fromkeys(present))


def duty(state: Review, table: str) -> Reason:
    """Return a duty of the 2023 Measures as a ground."""
    return ground(f"ethics_measures_2023.{table}", on=state.law_day)


def demand_quorum(state: Review) -> None:
    """Refuse to go on without a quorum (Art. 14)."""
    if not (finding := state.quorum()):
        raise NoQuorumError(finding)

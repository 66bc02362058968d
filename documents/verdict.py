"""What the verification of a paper found."""

from dataclasses import dataclass, field

from law.words import Words


@dataclass(frozen=True)
class Signature:
    """What was found of one signature."""

    signer: str
    signed_at: str
    stamped_at: str
    intact: bool
    trusted: bool
    unchanged: bool

    @property
    def holds(self) -> bool:
        """Tell whether all of it holds."""
        return self.intact and self.trusted and self.unchanged


@dataclass(frozen=True)
class Stamp:
    """What was found of one archive time-stamp over the whole file before it."""

    at: str
    holds: bool


@dataclass
class Verdict:
    """What a verification found; falsy when anything is wrong."""

    signatures: list[Signature] = field(default_factory=list[Signature])
    stamps: list[Stamp] = field(default_factory=list[Stamp])
    whole: bool = False  # nothing follows the last signature or time-stamp
    faults: list[Words] = field(default_factory=list[Words])

    def __bool__(self) -> bool:
        return bool(self.signatures) and not self.faults


def broken(why: str) -> Verdict:
    """Return the verdict on a file that cannot be read."""
    return Verdict(faults=[Words(f"文件无法读取或者已损坏（{why}）", f"unreadable ({why})")])

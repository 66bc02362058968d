"""What the records refuse."""

from cases.errors import CaseError
from law.words import Words


class NotFoundError(CaseError):
    """There is no such thing, or it is behind a wall for the one who asks."""

    code = "record.not_found"
    advice = Words("核对编号", "check the number")


class ErasedError(CaseError):
    """What was submitted was erased since (PIPL, Art. 47)."""

    code = "submission.erased"
    advice = Words("删除的时间和理由见留痕", "the trail says when it was erased, and why")


class NeededError(CaseError):
    """What is to be erased is needed by a proceeding still."""

    code = "submission.needed"
    advice = Words("待其办结后再删除", "erase it when they are finished")


class StaleError(CaseError):
    """Somebody changed it since it was read."""

    code = "draft.stale"
    advice = Words("重新读取后再改", "read it again, then change it")


class NumberTakenError(CaseError):
    """Another filing bears the number."""

    code = "filing_number.taken"
    advice = Words("核对编号", "check the number")


class SignOffError(CaseError):
    """The draft is not signed off as it stands."""

    code = "case.not_signed_off"
    advice = Words("由单位管理员签发当前版本", "have the officer sign this version off")

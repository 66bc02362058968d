"""What the records refuse."""

from cases.errors import CaseError
from law.words import Words


class NotFoundError(CaseError):
    """There is no such thing, or it is behind a wall for the one who asks."""

    code = "record.not_found"
    advice = Words("核对编号", "check the number")


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

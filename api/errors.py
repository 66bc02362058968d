"""What only the edge refuses."""

from cases.errors import CaseError, Refusal
from law.words import Words


class UnauthenticatedError(CaseError):
    """No token, or one that is unknown or expired."""

    code = "identity.unauthenticated"
    advice = Words("以有效的令牌重试", "try again with a valid bearer token")


class MalformedError(CaseError):
    """The request cannot be read as what it should be."""

    code = "request.malformed"
    advice = Words("按接口说明改正", "correct it as the API description says")


class TooLargeError(CaseError):
    """The request is larger than an act can be."""

    code = "request.too_large"
    advice = Words("缩短内容，或者改为附件", "shorten it")


class AttachmentRefusedError(CaseError):
    """A file is not what it should be, or does more than be read."""

    code = "attachment.refused"
    advice = Words("按原因处理文件后重新上传", "mend the file as told, then upload it again")

    def __init__(self, name: str, why: str, words: Words) -> None:
        super().__init__(words)
        self.name, self.why = name, why

    @property
    def refusal(self) -> Refusal:
        """The refusal, with the stable code of its reason."""
        lines = ((self.name, self.why, self.words),)
        return Refusal(self.code, self.words, self.advice, problems=lines)


class WebhookAddressError(CaseError):
    """A webhook cannot be sent to that address."""

    code = "webhook.address_refused"
    advice = Words(
        "使用可以公开访问的 https 地址，不含用户名、密码和 #",
        "name an https address that is public, without user, password or fragment",
    )


class TooManyError(CaseError):
    """One address asks more often than it may."""

    code = "request.too_many"
    advice = Words("稍后再试，或者下载全部数据", "wait a moment, or download the whole data")


class KeyMissingError(CaseError):
    """An act came without `Idempotency-Key`."""

    code = "request.key_missing"
    advice = Words("加上 Idempotency-Key 头", "send the header Idempotency-Key")


class KeyReusedError(CaseError):
    """The same `Idempotency-Key` came with another act."""

    code = "request.key_reused"
    advice = Words("新的办理请用新的键", "use a new key for a new act")


class PreconditionMissingError(CaseError):
    """A change of a draft came without `If-Match`."""

    code = "draft.precondition_missing"
    advice = Words(
        "先读取草稿，以其 ETag 作 If-Match", "read the draft, send its ETag as If-Match"
    )


class PrerequisiteError(CaseError):
    """A proceeding cannot be opened before what it rests on."""

    code = "proceeding.not_yet"
    advice = Words("先办结前一程序", "finish the proceeding before it")


class ForkedError(CaseError):
    """The trail does not extend what the log signed, so nothing of it is signed."""

    code = "trail.forked"
    advice = Words(
        "请管理员核验轨迹；恢复过备份的，运行 trail restored",
        "the operator verifies the trail, or says `trail restored` after a restore",
    )


class UnavailableError(CaseError):
    """The workflow engine does not answer; nothing is lost, the act may be repeated."""

    code = "engine.unavailable"
    advice = Words(
        "稍后以同一 Idempotency-Key 重试", "repeat later with the same Idempotency-Key"
    )

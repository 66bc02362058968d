"""The questions put to a paper, and their answers in words that a clerk understands."""

from collections.abc import Mapping
from typing import Final

from audit.answers import Answer, Check
from law.words import Words

_WORDS: Final[Mapping[str, Mapping[Answer, Words]]] = {
    "readable": {
        Answer.PASS: Words("文件是完整可读的 PDF", "the file is a whole, readable PDF"),
    },
    "integrity": {
        Answer.PASS: Words("签名所覆盖的内容与签署时一致", "what was signed is unchanged"),
        Answer.FAIL: Words("签名后内容被改动", "changed after signing"),
        Answer.UNKNOWN: Words("没有可供核对的签名", "there is no signature to check against"),
    },
    "signers": {
        Answer.PASS: Words("文件带有电子签名", "the file is signed"),
        Answer.FAIL: Words("没有电子签名", "no signature"),
    },
    "chain": {
        Answer.PASS: Words("签名证书在信任范围内", "every signer's certificate is trusted"),
        Answer.FAIL: Words(
            "签名证书不在信任范围内", "the signer's certificate is not trusted"
        ),
        Answer.UNKNOWN: Words("没有签名证书", "there is no certificate to judge"),
    },
    "times": {
        Answer.PASS: Words(
            "签署时间由时间戳机构证明", "a time-stamp authority proves when it was signed"
        ),
        Answer.UNKNOWN: Words(
            "签署时间没有可信时间戳证明", "no trusted time-stamp proves when it was signed"
        ),
    },
    "archive": {
        Answer.PASS: Words(
            "存档时间戳覆盖整个文件", "an archive time-stamp covers the whole file"
        ),
        Answer.FAIL: Words(
            "存档时间戳无效或者不受信任", "an archive time-stamp does not hold"
        ),
        Answer.UNKNOWN: Words("没有存档时间戳", "there is no archive time-stamp"),
    },
    "changes": {
        Answer.PASS: Words(
            "签名后没有附加不允许的修改", "nothing was appended that is not allowed"
        ),
        Answer.FAIL: Words(
            "签名后附加了不允许的修改", "a change was appended that is not allowed"
        ),
        Answer.UNKNOWN: Words("没有签名，无从判断", "without a signature nobody can tell"),
    },
    "revocation": {
        Answer.PASS: Words(
            "签署时证书未被吊销", "no certificate was revoked when it was used"
        ),
        Answer.FAIL: Words(
            "签署前证书已被吊销", "a certificate was revoked before it was used"
        ),
        Answer.UNKNOWN: Words(
            "没有可用的吊销列表，无从判断",
            "no list of revocations tells whether one was revoked",
        ),
    },
    "trail": {
        Answer.PASS: Words(
            "审计轨迹中有该文件的哈希", "the trail holds the hash of this very file"
        ),
        Answer.FAIL: Words(
            "轨迹中没有该文件的哈希", "the trail does not hold this file's hash"
        ),
        Answer.UNKNOWN: Words(
            "此处没有审计轨迹可供核对", "there is no trail here to compare with"
        ),
    },
    "hands": {
        Answer.PASS: Words(
            "记录所列签名人均已签名", "everybody whom the record names has signed"
        ),
        Answer.FAIL: Words(
            "记录所列签名人有的没有签名", "somebody whom the record names has not signed"
        ),
    },
    "acts": {
        Answer.PASS: Words(
            "每个个人签名都对应本人在轨迹中的行为",
            "each personal signature stands for an act of that person in the trail",
        ),
        Answer.FAIL: Words(
            "有的个人签名在轨迹中没有本人的行为",
            "a personal signature stands for no act of that person in the trail",
        ),
        Answer.UNKNOWN: Words(
            "个人签名无轨迹可比", "there is nothing in a trail to compare signatures with"
        ),
    },
    "record": {
        Answer.PASS: Words(
            "文件内嵌记录与轨迹一致", "the record inside says what the trail says"
        ),
        Answer.FAIL: Words(
            "文件内嵌记录与轨迹不一致或者缺失",
            "the record inside is missing, or says other than the trail",
        ),
        Answer.UNKNOWN: Words(
            "内嵌记录无轨迹可比", "there is nothing in a trail to compare the record with"
        ),
    },
}
NAMES: Final[Mapping[str, Words]] = {
    "readable": Words("文件", "File"),
    "integrity": Words("完整性", "Integrity"),
    "signers": Words("签署人", "Signers"),
    "chain": Words("证书", "Certificates"),
    "times": Words("时间", "Time"),
    "archive": Words("存档", "Archive"),
    "changes": Words("签后修改", "Later changes"),
    "revocation": Words("吊销", "Revocation"),
    "trail": Words("审计轨迹", "Trail"),
    "hands": Words("应签的人", "Signatories"),
    "acts": Words("个人签名", "Personal signatures"),
    "record": Words("内嵌记录", "Embedded record"),
    "standing": Words("效力", "Standing"),
}
_STANDING: Final[Mapping[str, tuple[Answer, Words]]] = {
    "current": (
        Answer.PASS,
        Words("现行版本，未被更正或者撤回", "in force, neither corrected nor withdrawn"),
    ),
    "replaced": (
        Answer.FAIL,
        Words("已由更正后的新版本取代", "replaced by a corrected version"),
    ),
    "withdrawn": (
        Answer.FAIL,
        Words("已被签发机构撤回", "withdrawn by the body that issued it"),
    ),
}


def standing(found: str) -> Check:
    """Return what the trail says a paper is worth today."""
    return Check("standing", *_STANDING[found])


def check(name: str, *, passed: bool | None) -> Check:
    """Return a check with its words; None: it cannot be known."""
    return answered(
        name, {True: Answer.PASS, False: Answer.FAIL, None: Answer.UNKNOWN}[passed]
    )


def answered(name: str, answer: Answer) -> Check:
    """Return a check that has its answer, with the words for it."""
    return Check(name, answer, _WORDS[name][answer])

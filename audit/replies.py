"""The questions put to a bundle, and the answers in words."""

from collections.abc import Mapping
from typing import Final

from audit.answers import Answer, Check
from law.words import Words

_PASS, _FAIL, _UNKNOWN = Answer.PASS, Answer.FAIL, Answer.UNKNOWN
_WORDS: Final[Mapping[str, Mapping[Answer, Words]]] = {
    "readable": {
        _PASS: Words("证据包完整可读", "the bundle is whole and readable"),
        _FAIL: Words("证据包损坏或者不是本格式", "the bundle is damaged, or none of ours"),
    },
    "log_key": {
        _PASS: Words("使用另行取得的日志公钥", "the log's key is one you had from elsewhere"),
        _UNKNOWN: Words(
            "日志公钥随包附送，请与公布的比对",
            "the log's key came with the bundle: compare it with the one published",
        ),
    },
    "checkpoint": {
        _PASS: Words("检查点由该日志签名", "the checkpoint is signed by the log"),
        _FAIL: Words("检查点不是该日志签名的", "the checkpoint is not signed by the log"),
    },
    "manifest": {
        _PASS: Words("各文件与签名的清单一致", "all parts are as the signed list says"),
        _FAIL: Words("有的文件与签名的清单不一致", "a part is not as the signed list says"),
    },
    "witnesses": {
        _PASS: Words("检查点有见证人副署", "a witness you know has cosigned the checkpoint"),
        _FAIL: Words("你所知的见证人没有副署", "none of the witnesses you know has cosigned"),
        _UNKNOWN: Words(
            "没有另行取得的见证人公钥，日志方可能另有一份",
            "you gave no witness's key: the log could show others another tree",
        ),
    },
    "entries": {
        _PASS: Words("每条记录都在签名的树中", "each entry is in the signed tree"),
        _FAIL: Words("有的记录不在签名的树中", "an entry is not in the signed tree"),
    },
    "kinds": {
        _PASS: Words("每条记录的类型都认得", "what each entry tells is known to this tool"),
        _FAIL: Words(
            "有的记录类型本工具不认得，请用新版核验",
            "some entries are of a kind unknown to this tool: verify with a newer one",
        ),
    },
    "sequence": {
        _PASS: Words(
            "各程序的记录连续，时间有序",
            "no gap up to the last entry shown of each proceeding; times are in order",
        ),
        _FAIL: Words("记录有缺漏或者时间不合", "entries are missing, or times are wrong"),
    },
    "whole": {
        _PASS: Words("导出方称本案记录齐全", "who packed it says that it is the whole case"),
        _UNKNOWN: Words(
            "只含本案的部分程序，或者一次办理",
            "it holds some of the case's proceedings only, or one act",
        ),
    },
    "words": {
        _PASS: Words("披露的文字与承诺一致", "what is disclosed is what was committed to"),
        _FAIL: Words("披露的文字与承诺不一致", "other words are disclosed than committed to"),
        _UNKNOWN: Words("没有披露文字", "no words are disclosed"),
    },
    "papers": {
        _PASS: Words("签发的文书都在，且未改动", "all papers issued are there, unchanged"),
        _FAIL: Words(
            "有的文书被改动、来历不明，或者应在而不在包中",
            "a paper is changed, of no origin, or missing though the case is to be whole",
        ),
        _UNKNOWN: Words("有的文书不在包中", "not all papers issued are in the bundle"),
    },
    "signatures": {
        _PASS: Words("文书上的签名有效", "the signatures on the papers hold"),
        _FAIL: Words("有的文书签名无效", "a signature on a paper does not hold"),
        _UNKNOWN: Words(
            "文书签名在此不能全部判断", "not all signatures on papers can be judged here"
        ),
    },
    "stamp": {
        _PASS: Words(
            "检查点有可信时间戳，当时已有此签名",
            "a time-stamp you trust shows that the checkpoint was signed by then",
        ),
        _FAIL: Words(
            "检查点的时间戳损坏或者不是它的", "the time-stamp is damaged, or of something else"
        ),
        _UNKNOWN: Words(
            "检查点的时间戳在此不能判断", "the checkpoint's time-stamp cannot be judged here"
        ),
    },
}
TITLES: Final[Mapping[str, Words]] = {
    "readable": Words("证据包", "Bundle"),
    "log_key": Words("日志公钥", "Key of the log"),
    "checkpoint": Words("检查点", "Checkpoint"),
    "manifest": Words("清单", "List of parts"),
    "witnesses": Words("见证人", "Witnesses"),
    "stamp": Words("时间戳", "Time-stamp"),
    "entries": Words("记录", "Entries"),
    "kinds": Words("类型", "Kinds"),
    "sequence": Words("次序", "Sequence"),
    "whole": Words("范围", "Extent"),
    "words": Words("文字", "Words"),
    "papers": Words("文书", "Papers"),
    "signatures": Words("签名", "Signatures"),
}


def reply(name: str, *, passed: bool | None) -> Check:
    """Return a check with its words; None: it cannot be known."""
    answer = {True: _PASS, False: _FAIL, None: _UNKNOWN}[passed]
    return replied(name, answer)


def replied(name: str, answer: Answer) -> Check:
    """Return a check with its words."""
    return Check(name, answer, _WORDS[name][answer])

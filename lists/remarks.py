"""What a remark of a list says has happened, where its wording allows."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from law.words import Words


class Change(StrEnum):
    """What a remark says was changed."""

    CANCELLED = "cancelled"
    REVOKED = "revoked"
    ENTITY = "entity"
    ALGORITHM = "algorithm"
    PRODUCT = "product"
    PRODUCT_ADDED = "product_added"
    PRODUCT_REMOVED = "product_removed"
    PURPOSE = "purpose"
    OFFICER = "officer"
    CONTENT = "content"
    OTHER = "other"

    @property
    def words(self) -> Words:
        """The change in words."""
        return {
            "cancelled": Words("注销", "cancelled"),
            "revoked": Words("撤销", "revoked"),
            "entity": Words("主体名称变更", "entity renamed"),
            "algorithm": Words("算法名称变更", "algorithm renamed"),
            "product": Words("产品变更", "product changed"),
            "product_added": Words("新增产品", "product added"),
            "product_removed": Words("删除产品", "product removed"),
            "purpose": Words("主要用途变更", "purpose changed"),
            "officer": Words("算法安全责任人变更", "algorithm-safety head changed"),
            "content": Words("算法内容变更", "algorithm itself changed"),
            "other": Words("其他说明", "other remark"),
        }[self.value]


@dataclass(frozen=True, slots=True)
class Remark:
    """One change: what, from what to what (empty where not said), the month it names."""

    what: Change
    before: str = ""
    after: str = ""
    month: str = ""  # YYYY-MM


_SUBJECTS: Final = {
    "主体名称": Change.ENTITY,
    "主体": Change.ENTITY,
    "算法名称": Change.ALGORITHM,
    "产品名称": Change.PRODUCT,
    "产品": Change.PRODUCT,
}
_NAMES: Final = "主体名称|主体(?!名称)|算法名称|产品名称|产品(?!名称)"
_QUOTED: Final = re.compile(
    rf"原?(?:({_NAMES})(?:由|原|从)?)?“([^“”]+)”(?:变更为|更名为|更改为)“([^“”]+)”"
)
_PLAIN: Final = re.compile(rf"原?({_NAMES})(?:由|原)?([^“”，,；;。]+?)变更为([^“”，,；;。]+)")
_LINKED: Final = "(?:关联|算法使用|应用)?产品"
_FORM: Final = "[(（](?:APP|网站|小程序|公众账号|其他)"  # products are printed with their form
_REMOVED: Final = re.compile(rf"删除{_LINKED}(.*?)(?=[，,；;。]|$)")
_ADDED: Final = re.compile(
    rf"新增(?:{_LINKED}[：:]?|(?=[^，,；;]*{_FORM}))(.*?)(?=[，,；;。](?:原|变更|主体|算法|产品|“|更新)|$)"
)
_STRAIGHT: Final = re.compile(r'["＂]([^"＂]*)["＂]')
_LOOSE: Final = "，,、“” "
# Of the filing itself, as a clause of its own. A reason may stand before it
# (因提供虚假材料予以撤销), but an account or an entity that is given up is no filing.
_GONE: Final = (
    "(?:^|[，,；;。：:])(?:因(?:(?!主体|公司|企业|账号|产品|应用)[^，,；;。])*?)?"
    "(?:该?算法|该?备案|备案号?)?(?:已|予以|申请)?(?:被|于.*?)?"
    "{}(?:备案)?(?:$|[，,；;。])"
)
_MONTH: Final = re.compile(r"(20\d\d)年(\d{1,2})月")
_KEYWORDS: Final = (
    (re.compile(_GONE.format("注销")), Change.CANCELLED),
    (re.compile(_GONE.format("撤销")), Change.REVOKED),
    (re.compile("主要用途"), Change.PURPOSE),
    (re.compile("责任人"), Change.OFFICER),
    (re.compile("(?:备案)?主体(?:名称)?(?:变更|发生变更)|更新备案主体"), Change.ENTITY),
    (re.compile("(?:应用|关联)?产品(?:变更|发生变更)|更新应用产品"), Change.PRODUCT),
    (re.compile("算法名称(?:变更|发生变更)"), Change.ALGORITHM),
    (re.compile("模型|模态|机制|公示|自评估|策略|功能|接入|算法变更"), Change.CONTENT),
)


def remarks(text: str) -> tuple[Remark, ...]:
    """Return the changes a remark tells, in its order of certainty: names, then keywords.

    >>> [(r.what.value, r.before, r.after) for r in remarks("原主体名称“甲”变更为“乙”")]
    [('entity', '甲', '乙')]
    >>> remarks("已注销")[0].what.value
    'cancelled'
    """
    if not text:
        return ()
    plain = _STRAIGHT.sub(r"“\1”", text)
    at = _MONTH.search(plain)
    month = f"{at[1]}-{int(at[2]):02d}" if at else ""
    found: list[Remark] = []
    rest = _take_renames(plain, month, found)
    found += [
        Remark(Change.PRODUCT_REMOVED, match[1].strip(_LOOSE), "", month)
        for match in _REMOVED.finditer(rest)
    ]
    found += [
        Remark(Change.PRODUCT_ADDED, "", match[1].strip(_LOOSE), month)
        for match in _ADDED.finditer(rest)
    ]
    rest = _ADDED.sub("", _REMOVED.sub("", rest))
    found += [Remark(what, month=month) for word, what in _KEYWORDS if word.search(rest)]
    return tuple(found) or (Remark(Change.OTHER, month=month),)


def _take_renames(text: str, month: str, found: list[Remark]) -> str:
    subject = Change.PRODUCT  # what a rename without a subject goes on from
    for match in _QUOTED.finditer(text):
        is_product = not match[1] and re.search(_FORM, match[2])
        subject = Change.PRODUCT if is_product else _SUBJECTS.get(match[1], subject)
        found.append(Remark(subject, match[2], match[3], month))
    rest = _QUOTED.sub("", text)
    found += [
        Remark(_SUBJECTS[match[1]], match[2], match[3].strip(_LOOSE), month)
        for match in _PLAIN.finditer(rest)
    ]
    return _PLAIN.sub("", rest)

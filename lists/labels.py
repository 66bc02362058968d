"""Words for the codes that the register keeps."""

import re
from collections.abc import Collection
from typing import Final

from law.division import PROVINCES, province
from law.filing_number import AlgorithmClass
from law.parameters import versions
from law.words import Words
from lists.columns import Kind

FACETS: Final = {
    "kind": Words("清单种类", "Kind of list"),
    "class": Words("算法类别", "Class"),
    "role": Words("角色", "Role"),
    "region": Words("地区", "Region"),
    "year": Words("编号年份", "Year of the number"),
    "state": Words("状态", "State"),
}
_ROLES: Final = {
    "provider": Words("服务提供者", "service provider"),
    "supporter": Words("服务技术支持者", "technical supporter"),
}
_STATES: Final = {
    "filed": Words("已备案", "filed"),
    "changed": Words("已变更", "changed"),
    "cancelled": Words("已注销", "cancelled"),
    "revoked": Words("已撤销", "revoked"),
}
OUTCOMES: Final = {
    "added": Words("列入清单", "listed"),
    "changed": Words("变更", "changed"),
    "cancelled": Words("注销", "cancelled"),
    "revoked": Words("撤销", "revoked"),
    "unchanged": Words("再次列入", "listed again"),
}
FIELDS: Final = {
    "algorithm": Words("算法名称", "Algorithm"),
    "class_name": Words("算法类别", "Class"),
    "role": Words("角色", "Role"),
    "entity": Words("主体名称", "Entity"),
    "product": Words("应用产品", "Products"),
    "purpose": Words("主要用途", "Purpose"),
    "remark": Words("备注", "Remark"),
    "state": Words("状态", "State"),
}


def known(facet: str, value: str) -> bool:
    """Tell whether a facet can have a value.

    >>> known("region", "11"), known("year", "9"), known("state", "gone")
    (True, False, False)
    """
    match facet:
        case "class":
            return value in list(AlgorithmClass)
        case "kind":
            return value in list(Kind)
        case "region":
            return province(value) is not None
        case "role":
            return value in _ROLES
        case "state":
            return value in _STATES
        case _:
            return re.fullmatch("20[0-9]{2}", value) is not None


def values(facet: str, counted: Collection[str]) -> list[str]:
    """Return the values that a facet can have, those that hits have among them.

    Years go from the first of the law to the newest that was counted: newer hits come first.
    """
    match facet:
        case "class":
            return [kind.value for kind in AlgorithmClass]
        case "kind":
            return [kind.value for kind in Kind if kind is not Kind.CANCELLATION]
        case "region":
            return list(PROVINCES)
        case "role":
            return list(_ROLES)
        case "state":
            return list(_STATES)
        case _:
            began = versions("algorithm_recommendation_2022.filing_duty")[0].since.year
            newest = max(map(int, counted), default=began)
            return [str(year) for year in range(newest, began - 1, -1)]


def label(facet: str, value: str) -> Words:
    """Return the words of a facet's value; the value itself where there are none."""
    itself = Words(value, value)
    match facet:
        case "class" if value in list(AlgorithmClass):
            return AlgorithmClass(value).words
        case "kind" if value in list(Kind):
            return Kind(value).words
        case "region":
            return province(value) or itself
        case "role":
            return _ROLES.get(value, itself)
        case "state":
            return _STATES.get(value, itself)
        case _:
            return itself

"""The newest changes of the register as Atom and as JSON Feed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

import orjson

_ATOM: Final = "http://www.w3.org/2005/Atom"
_DONE: Final = {"added": "新增", "changed": "变更", "cancelled": "注销", "revoked": "撤销"}
_TITLE: Final = "算法备案登记簿：新增、变更、注销"
PAGE: Final = 50
_FEED: Final = "/v1/register/feed"
_NEVER: Final = "1970-01-01T00:00:00Z"


def atom(rows: Sequence[Mapping[Any, Any]], at: str) -> bytes:
    """Return an Atom feed (RFC 4287) of the register at a public address."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", "urn:shenbei:register")
    _add(feed, "title", _TITLE)
    ET.SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=f"{at}{_FEED}.atom")
    if len(rows) == PAGE:  # RFC 5005: the pages before
        older = f"{at}{_FEED}.atom?before={rows[-1]['id']}"
        ET.SubElement(feed, f"{{{_ATOM}}}link", rel="next", href=older)
    _add(feed, "updated", rows[0]["recorded_at"] if rows else _NEVER)
    for row in rows:
        entry = ET.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "id", f"urn:shenbei:register:{row['id']}")
        _add(entry, "title", _title(row))
        _add(entry, "updated", row["recorded_at"])
        _add(entry, "summary", _summary(row))
        author = ET.SubElement(entry, f"{{{_ATOM}}}author")
        _add(author, "name", row["entity_name"])
        ET.SubElement(entry, f"{{{_ATOM}}}link", href=at + _page(row))
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def json_feed(rows: Sequence[Mapping[Any, Any]], at: str) -> dict[str, Any]:
    """Return a JSON Feed (version 1.1) of the register at a public address."""
    more = len(rows) == PAGE
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _TITLE,
        "home_page_url": f"{at}/register",
        "feed_url": f"{at}{_FEED}.json",
        **({"next_url": f"{at}{_FEED}.json?before={rows[-1]['id']}"} if more else {}),
        "items": [
            {
                "id": f"urn:shenbei:register:{row['id']}",
                "url": at + _page(row),
                "title": _title(row),
                "content_text": _summary(row),
                "date_published": row["recorded_at"],
                "tags": [row["outcome"]],
            }
            for row in rows
        ],
    }


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _page(row: Mapping[Any, Any]) -> str:
    return f"/register/filings/{quote(row['number'], safe='')}"


def _title(row: Mapping[Any, Any]) -> str:
    return f"{_DONE[row['outcome']]}：{row['algorithm']}（{row['entity_name']}）"


def _summary(row: Mapping[Any, Any]) -> str:
    changes = orjson.loads(row["changes"])
    told = "；".join(f"{field}：{before} → {after}" for field, before, after in changes)
    return told or f"{row['number']}，{row['published']}"

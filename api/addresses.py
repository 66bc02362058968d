"""Addresses that webhooks may be sent to."""

from typing import Final

import httpx

from api.errors import WebhookAddressError
from law.words import Words
from workflows.activities.egress import Egress, ForbiddenAddressError

_PORTS: Final = {"https": 443, "http": 80}


async def demand_reachable(url: str, egress: Egress) -> str:
    """Return an address as it will be used: names in ASCII, nothing left to interpretation.

    Raises:
        WebhookAddressError: It is no https address of the internet at large.
    """
    try:
        read = httpx.URL(url)
    except httpx.InvalidURL:
        raise WebhookAddressError(
            Words("地址无法解析", "the address cannot be read")
        ) from None
    if read.scheme != "https" and not (egress.to_private and read.scheme == "http"):
        raise WebhookAddressError(Words("地址不是 https", "the address is not https"))
    if not read.host or read.userinfo or read.fragment:
        words = Words(
            "地址缺少主机名，或者含有用户名、密码、#",
            "the address lacks a host, or holds a user, a password or a fragment",
        )
        raise WebhookAddressError(words)
    try:
        await egress.allowed(
            read.raw_host.decode("ascii").strip("[]"), read.port or _PORTS[read.scheme]
        )
    except (ForbiddenAddressError, TimeoutError):
        words = Words(
            "主机名解析不到公网地址，或者指向内部地址",
            "the host resolves to no public address, or to an internal one",
        )
        raise WebhookAddressError(words) from None
    return str(read)

"""Post to addresses that strangers name, and to no machine of the house.

A name is resolved at each attempt. Unless every address it has is a global one, nothing is
sent; the connection goes to an address that was looked at, so a name that changes in between
(DNS rebinding) gains nothing. The certificate is checked against the name. Redirects are not
followed, proxies of the environment are not asked, and no body of an answer is read.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpcore
from httpcore import AnyIOBackend

PATIENCE: Final = 15.0
"""Seconds that one post may take, from the name to the status."""
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_ASKING: Final = ThreadPoolExecutor(8, "names")
"""Threads of their own: a slow name server holds up no signature and no picture."""
_NAT64: Final = IPv6Network("64:ff9b::/96")


class ForbiddenAddressError(Exception):
    """The name has no address, or one that is not global."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name; none when it does not resolve."""
    loop = asyncio.get_running_loop()
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await loop.run_in_executor(_ASKING, ask)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_global(address: str) -> bool:
    """Tell whether an address belongs to one machine on the internet at large.

    >>> [is_global(a) for a in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "224.0.0.1")]
    [True, False, False, False]
    """
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.scope_id is not None or found.is_site_local:
            return False
        if (inner := _inside(found)) is not None:
            found = inner
    return found.is_global and not (
        found.is_multicast or found.is_reserved or found.is_unspecified
    )


def _inside(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that gateways would reach under an IPv6 one."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


@dataclass(frozen=True)
class Egress:
    """The way out: which addresses may be reached, and how they are found."""

    to_private: bool = False  # development: addresses of the house, and plain http
    resolve: Resolve = resolve
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    patience: float = PATIENCE

    async def allowed(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a name that may be connected to.

        Raises:
            ForbiddenAddressError: There is none, or one of them may not be.
            TimeoutError: Nobody said in time.
        """
        async with asyncio.timeout(self.patience):
            found = await self.resolve(host, port)
        if not found or not (self.to_private or all(map(is_global, found))):
            raise ForbiddenAddressError(host)
        return found

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post a body once and return the status of the answer.

        Raises:
            ForbiddenAddressError: The address may not be reached.
            TimeoutError: It took longer than the patience.
            ConnectionError: There was no connection, or no answer in HTTP.
        """
        try:
            async with (
                asyncio.timeout(self.patience),
                httpcore.AsyncConnectionPool(
                    ssl_context=self.trust, network_backend=_Checked(self)
                ) as pool,
                pool.stream("POST", url, headers=list(headers.items()), content=body) as said,
            ):
                return said.status
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise ConnectionError(type(error).__name__) from None


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were looked at, under the name that they go by."""

    def __init__(self, egress: Egress) -> None:
        self._egress, self._below = egress, AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's name
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to the first address that takes one."""
        failed: Exception = httpcore.ConnectError()
        for address in await self._egress.allowed(host, port):
            try:
                return await self._below.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._below.sleep(seconds)

"""Files stored by their hash: what is there is never overwritten; a key seals it."""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore

SM2_ENDING: Final = "sm2.json"
"""Of a detached signature, laid under the hash of its paper."""
_NONCE: Final = 12
_FOR: Final = b"shenbei/files/1"


class Files:
    """A store of files by hash; with a key, each lies there sealed (AES-256-GCM)."""

    def __init__(self, store: ObjectStore, secret: bytes | None = None) -> None:
        self._store = store
        self._sealing = (
            AESGCM(HKDF(SHA256(), 32, None, _FOR).derive(secret)) if secret else None
        )

    async def put(self, data: bytes, ending: str = "pdf") -> str:
        """Store bytes and return their SHA-256; bytes already there stay as they are."""
        name = digest(data)
        await self.lay(name, data, ending)
        return name

    async def get(self, name: str, ending: str = "pdf") -> bytes:
        """Return stored bytes.

        Raises:
            FileNotFoundError: Nothing is stored under the hash.
            ValueError: What is stored was changed, or was sealed with another key.
        """
        data = await self.beside(name, ending)
        if digest(data) != name:
            raise ValueError(f"stored bytes do not match {name}")
        return data

    async def renew(self, name: str, renewed: bytes) -> None:
        """Store a file's bytes with more after them, such as another archive time-stamp."""
        await self.lay(name, renewed, _renewal(await self._renewals(name) + 1))

    async def newest(self, name: str) -> bytes:
        """Return a file as it was renewed last; never renewed, as it was stored.

        Raises:
            FileNotFoundError: Nothing is stored under the hash.
            ValueError: It was changed, or does not begin with the bytes of the hash.
        """
        stored = await self.get(name)
        count = await self._renewals(name)
        if not count:
            return stored
        renewed = await self.beside(name, _renewal(count))
        if not renewed.startswith(stored):
            raise ValueError(f"what renews {name} does not begin with it")
        return renewed

    async def _renewals(self, name: str) -> int:
        """Return how often a file was renewed."""
        try:
            await self._store.head_async(path(name, _renewal(1)))
        except FileNotFoundError:  # nearly always: then nothing need be listed
            return 0
        before = path(name, "renewed-")
        pages = self._store.list(prefix=before[: before.rindex("/")])  # pyright: ignore[reportUnknownMemberType] -- its other overload
        return sum(
            [entry["path"].startswith(before) async for page in pages for entry in page]
        )

    async def size(self, name: str, ending: str = "pdf") -> int:
        """Return how many bytes a stored file takes.

        Raises:
            FileNotFoundError: Nothing is stored under the hash.
        """
        found = await self._store.head_async(path(name, ending))
        return int(found["size"])

    async def lay(self, name: str, data: bytes, ending: str) -> None:
        """Store bytes under the hash of a file that they belong to, such as a signature."""
        if self._sealing is not None:
            nonce = os.urandom(_NONCE)
            data = nonce + self._sealing.encrypt(nonce, data, path(name, ending).encode())
        with suppress(AlreadyExistsError):
            await self._store.put_async(path(name, ending), data, mode="create")

    async def beside(self, name: str, ending: str) -> bytes:
        """Return what was laid under the hash of a file.

        Raises:
            FileNotFoundError: Nothing was.
            ValueError: It was changed, or was sealed with another key.
        """
        found = await self._store.get_async(path(name, ending))
        data = bytes((await found.bytes_async()).to_bytes())
        if self._sealing is None:
            return data
        try:
            place = path(name, ending).encode()
            return self._sealing.decrypt(data[:_NONCE], data[_NONCE:], place)
        except (InvalidTag, ValueError):
            raise ValueError(f"stored bytes do not open as {name}") from None


def open_files(folder: Path, secret: bytes | None = None) -> Files:
    """Return a store in a local folder; a secret seals what lies in it."""
    folder.mkdir(parents=True, exist_ok=True)
    return Files(LocalStore(folder), secret)


def _renewal(number: int) -> str:
    return f"renewed-{number:04d}.pdf"


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return sha256(data).hexdigest()


def path(name: str, ending: str = "pdf") -> str:
    """Return where in the store the file with a hash lies."""
    return f"{name[:2]}/{name}.{ending}"

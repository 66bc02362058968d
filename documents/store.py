"""Files stored by their hash: what is there is never overwritten."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore


def open_store(folder: Path) -> ObjectStore:
    """Return a store in a local folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(folder)


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return sha256(data).hexdigest()


async def put(store: ObjectStore, data: bytes, ending: str = "pdf") -> str:
    """Store bytes and return their SHA-256; bytes already there stay as they are."""
    name = digest(data)
    with suppress(AlreadyExistsError):
        await store.put_async(path(name, ending), data, mode="create")
    return name


async def get(store: ObjectStore, name: str, ending: str = "pdf") -> bytes:
    """Return stored bytes.

    Raises:
        FileNotFoundError: Nothing is stored under the hash.
        ValueError: What is stored was changed.
    """
    data = bytes((await (await store.get_async(path(name, ending))).bytes_async()).to_bytes())
    if digest(data) != name:
        raise ValueError(f"stored bytes do not match {name}")
    return data


def path(name: str, ending: str = "pdf") -> str:
    """Return where in the store the file with a hash lies."""
    return f"{name[:2]}/{name}.{ending}"

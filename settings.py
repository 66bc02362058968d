"""Configuration, read once at the edge and passed inward as arguments."""

import os
import re
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from audit.log import Log
from audit.notes import Verifier, read_verifier

_ROOT = Path(__file__).parent


class Settings(BaseSettings):
    """Every knob, with its default for a laptop. Variables are `SHENBEI_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="SHENBEI_", env_file=".env", extra="ignore")

    profile: Literal["development", "production"] = "development"
    home: Path = _ROOT / "var"
    """Where data is kept: database, Temporal's file, keys, papers."""
    database_url: SecretStr | None = None
    """SQLAlchemy URL; the default is a SQLite file in `home`."""
    host: str = "127.0.0.1"
    port: int = 8080
    temporal_port: int = 7233
    """Port of the embedded Temporal server; outside servers come from `TEMPORAL_*`."""
    task_queue: str = "shenbei"
    deployment: str = ""
    """Worker deployment name; with `build_id` it turns worker versioning on."""
    build_id: str = ""
    payload_key: SecretStr | None = None
    """64 hex digits that seal Temporal payloads; by default a key file in `home`."""
    origin: str = "shenbei.local/trail"
    """Name of the log in its checkpoints."""
    stamp_checkpoints: bool = False
    """Whether the newest checkpoint is time-stamped daily, by whom `signers.toml` names."""
    fonts: Path | None = None
    """Folder with an office's own fonts for papers: `regular` and `bold`, .ttf or .otf."""
    public_url: str = "http://127.0.0.1:8080"
    """Where the pages are found by everybody: printed on papers, named in feeds."""
    webhooks_to_private: bool = False
    """Let webhooks go to addresses of the house, and by http; never in production."""

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        key = self.payload_key
        if key is not None and not re.fullmatch("[0-9a-fA-F]{64}", key.get_secret_value()):
            raise ValueError("SHENBEI_PAYLOAD_KEY is 64 hex digits: 32 bytes")
        return self

    @model_validator(mode="after")
    def _no_development_secrets(self) -> Self:
        if self.profile == "production" and (
            self.payload_key is None or self.database_url is None
        ):
            raise ValueError(
                "in production, set SHENBEI_PAYLOAD_KEY and SHENBEI_DATABASE_URL: "
                "generated keys and the SQLite default are for development"
            )
        return self

    @model_validator(mode="after")
    def _only_to_the_world(self) -> Self:
        if self.profile == "production" and self.webhooks_to_private:
            raise ValueError(
                "in production, unset SHENBEI_WEBHOOKS_TO_PRIVATE: webhooks would reach "
                "machines of the house"
            )
        return self

    @property
    def may_make_keys(self) -> bool:
        """Tell whether a missing key is made; in production the operator lays it there."""
        return self.profile == "development"

    @property
    def database(self) -> str:
        """The database URL."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.home.resolve()}/shenbei.db"

    @property
    def keys(self) -> Path:
        """Folder of the keys, readable by its owner only."""
        folder = self.home / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    @cached_property
    def sealing_key(self) -> bytes:
        """32 bytes that seal Temporal payloads."""
        if self.payload_key is not None:
            return bytes.fromhex(self.payload_key.get_secret_value())
        return bytes.fromhex(_kept(self.keys / "payloads.key", os.urandom(32).hex()))

    @property
    def log(self) -> Log:
        """The log that signs checkpoints of the trail; what it signed last lies by its key."""
        return Log(self.origin, self.log_key, self.keys / "log.last")

    @property
    def witnesses(self) -> list[Verifier]:
        """Witnesses whose lines are taken: one key a line in `keys/witnesses.vkey`."""
        path = self.keys / "witnesses.vkey"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [read_verifier(line) for line in lines if line.strip()]

    @property
    def log_verifiers(self) -> list[Ed25519PublicKey]:
        """The public keys of the log: the present one, and those laid aside."""
        former = sorted(self.keys.glob("log.*.pub"))
        return [self.log_key.public_key(), *(_ed25519(path.read_bytes()) for path in former)]

    def retire_log_key(self) -> Path:
        """Lay the log's key aside; its public part stays, so that old checkpoints hold."""
        raw = self.log_key.public_key()
        name = sha256(raw.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
        path = self.keys / f"log.{name}.pub"
        path.write_bytes(raw.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        (self.keys / "log.pem").rename(self.keys / f"log.{name}.retired")
        return path

    @cached_property
    def log_key(self) -> Ed25519PrivateKey:
        """The key that signs checkpoints of the trail."""
        path = self.keys / "log.pem"
        if not path.exists() and not self.may_make_keys:
            raise FileNotFoundError(
                f"in production, lay the log's Ed25519 key (PKCS #8, PEM) at {path}"
            )
        fresh = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        pem = _kept(path, fresh.decode())
        key = load_pem_private_key(pem.encode(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("keys/log.pem is not an Ed25519 key")
        return key


def _ed25519(pem: bytes) -> Ed25519PublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("a former key of the log is not an Ed25519 key")
    return key


def _kept(path: Path, fresh: str) -> str:
    """Return what a key file holds; of two processes that start at once, one makes it."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(fresh, "ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("ascii")

import pytest
from pydantic import ValidationError

from audit.checkpoint import Checkpoint, CheckpointError, open_note, sign
from documents.pki import DevelopmentAuthority
from settings import Settings

PRODUCTION = {"profile": "production", "payload_key": "00" * 32, "database_url": "sqlite://"}


@pytest.mark.parametrize("missing", ["payload_key", "database_url"])
def test_production_refuses_defaults_of_development(missing):
    with pytest.raises(ValidationError, match="in production"):
        Settings(**{k: v for k, v in PRODUCTION.items() if k != missing})


def test_production_sends_no_webhook_into_the_house():
    with pytest.raises(ValidationError, match="in production"):
        Settings(**PRODUCTION, webhooks_to_private=True)
    assert not Settings(**PRODUCTION).webhooks_to_private


def test_production_makes_no_key(tmp_path):
    settings = Settings(home=tmp_path, **PRODUCTION)
    authority = DevelopmentAuthority(tmp_path, may_make=settings.may_make_keys)

    with pytest.raises(FileNotFoundError, match=r"log\.pem"):
        _ = settings.log_key
    with pytest.raises(FileNotFoundError, match=r"root\.pem"):
        _ = authority.root


def test_production_uses_the_keys_that_development_made(tmp_path):
    made = Settings(home=tmp_path).log_key

    assert Settings(home=tmp_path, **PRODUCTION).log_key.public_key() == made.public_key()


def test_a_log_key_that_is_laid_aside_still_checks_old_notes(tmp_path):
    settings = Settings(home=tmp_path, _env_file=None)
    old = sign(Checkpoint(settings.origin, 1, b"1" * 32), settings.log_key)
    settings.retire_log_key()

    after = Settings(home=tmp_path, _env_file=None)
    new = sign(Checkpoint(after.origin, 2, b"2" * 32), after.log_key)
    assert len(after.log_verifiers) == 2
    for note in (old, new):
        assert open_note(note, after.origin, *after.log_verifiers)
    with pytest.raises(CheckpointError):
        open_note(old, after.origin, after.log_key.public_key())

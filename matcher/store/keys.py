"""The keys that field encryption, backups and the audit chain need: kept outside the store, never shown."""

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from matcher.store.errors import KeyFileError

_BYTES = 32
_ID_BYTES = 4


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """Keys by id; new values are sealed with ``primary``, older keys open what was sealed before.

    ``audit`` signs the audit chain and is never changed, since signing old entries anew would hide what was altered.
    """

    primary: str
    keys: Mapping[str, bytes]
    audit: bytes

    def __repr__(self) -> str:
        return f"Keyring({len(self.keys)} keys, primary {self.primary})"

    def derived(self, purpose: str, key_id: str | None = None) -> bytes:
        """Return the 32-byte key for one purpose, so that no key serves two.

        Raises
        ------
        KeyFileError
            If the ring has no such key.
        """
        try:
            key = self.keys[key_id or self.primary]
        except KeyError:
            raise KeyFileError(
                f"key {key_id} is needed and is not among the keys given: add it to the key file."
            ) from None
        return HKDF(SHA256(), _BYTES, salt=None, info=f"matcher {purpose}".encode()).derive(key)

    def with_new_primary(self) -> "Keyring":
        """Return a ring with a fresh primary key in front of the old ones."""
        name = _new_id()
        return replace(self, primary=name, keys={name: secrets.token_bytes(_BYTES), **self.keys})

    def only_primary(self) -> "Keyring":
        """Return a ring without the old keys."""
        return replace(self, keys={self.primary: self.keys[self.primary]})


def new_keyring() -> Keyring:
    """Return a ring with one fresh key."""
    name = _new_id()
    return Keyring(name, {name: secrets.token_bytes(_BYTES)}, secrets.token_bytes(_BYTES))


def parse_keyring(text: str) -> Keyring:
    """Read a ring from the text of a key file, which may also come from the environment.

    Raises
    ------
    KeyFileError
        If it is not what `keyring_text` writes; the message holds no part of it.
    """
    try:
        fields = json.loads(text)
        keys = {name: base64.b64decode(key, validate=True) for name, key in fields["keys"].items()}
        ring = Keyring(fields["primary"], keys, base64.b64decode(fields["audit"], validate=True))
    except (json.JSONDecodeError, binascii.Error, KeyError, TypeError, AttributeError, ValueError):
        raise KeyFileError("the keys cannot be read: expected the text of a key file as matcher made it.") from None
    named_well = all(isinstance(name, str) and len(name) == 2 * _ID_BYTES for name in keys)
    if ring.primary not in keys or not named_well or {len(key) for key in (*keys.values(), ring.audit)} != {_BYTES}:
        raise KeyFileError("the keys are incomplete: expected a primary key, an audit key, and 32 bytes each.")
    return ring


def keyring_text(ring: Keyring) -> str:
    """Return a ring as the text of a key file."""
    keys = {name: base64.b64encode(key).decode("ascii") for name, key in ring.keys.items()}
    fields = {"primary": ring.primary, "keys": keys, "audit": base64.b64encode(ring.audit).decode("ascii")}
    return json.dumps(fields, indent=2) + "\n"


def read_key_file(path: Path) -> Keyring:
    """Read a key file.

    Raises
    ------
    KeyFileError
        If it is missing, unreadable, or open to others than its owner.
    """
    try:
        # On Windows these bits say nothing; access lists there are the administrator's.
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path} may be read by others: run chmod 600 on it, and rotate the key if it was read.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyFileError(
            f"the key file {path} is not there: put it back, or set MATCHER_KEY_FILE to it "
            "(matcher import makes one for a new store)."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"the key file {path} cannot be read ({type(error).__name__}).") from None
    try:
        return parse_keyring(text)
    except KeyFileError as error:
        raise KeyFileError(f"{path}: {error}") from None


def write_key_file(path: Path, ring: Keyring, *, new: bool = False) -> None:
    """Write a key file in one step, readable by its owner alone; ``new`` refuses to write over one.

    Raises
    ------
    FileExistsError
        If ``new`` and the file is there.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(keyring_text(ring))
            file.flush()
            os.fsync(file.fileno())
        if new:
            os.link(draft, path)
        else:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_or_make_key_file(path: Path) -> Keyring:
    """Read a key file, or make one where there is none; two processes starting at once get the same."""
    if not path.exists():
        try:
            ring = new_keyring()
            write_key_file(path, ring, new=True)
        except FileExistsError:
            pass
        else:
            return ring
    return read_key_file(path)


def _new_id() -> str:
    return secrets.token_hex(_ID_BYTES)

"""The encrypted file of a backup: blocks that cannot be read, altered, left out, moved or cut off unseen.

Layout: a line that names the format, the key and a salt; then blocks, each with its length, compressed and sealed with
AES-256-GCM under a key derived for this file alone. A block's nonce is its number and whether it is the last.
"""

import json
import os
import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from matcher.store.errors import BackupError, KeyFileError
from matcher.store.keys import Keyring

_FORMAT = b"matcher-backup-1"
_LENGTH = struct.Struct(">I")
_LONGEST = 1 << 28
_DAMAGED = "the backup is damaged or was altered: nothing was restored; use another copy."


def write_blocks(path: Path, ring: Keyring, blocks: Iterable[Any]) -> None:
    """Write plain values as an encrypted file in one step, readable by its owner alone."""
    salt = secrets.token_bytes(16)
    header = b" ".join((_FORMAT, ring.primary.encode("ascii"), salt.hex().encode("ascii")))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(header + b"\n")
            for sealed in _sealed(_cipher(ring, ring.primary, salt), header, blocks):
                file.write(_LENGTH.pack(len(sealed)) + sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_blocks(path: Path, ring: Keyring) -> Iterator[Any]:
    """Yield the values of a file, each only after it has been found genuine.

    Raises
    ------
    BackupError
        If the file is no backup, damaged, cut short, or made with keys that are not in the ring.
    """
    with path.open("rb") as file:
        header = file.readline(200).removesuffix(b"\n")
        cipher = _cipher_of(header, ring)
        number, sealed = 0, _next(file)
        if sealed is None:
            raise BackupError(_DAMAGED)
        while sealed is not None:
            following = _next(file)
            try:
                content = cipher.decrypt(_nonce(number, last=following is None), sealed, header)
                yield json.loads(zlib.decompress(content))
            except (InvalidTag, ValueError, zlib.error):
                raise BackupError(_DAMAGED) from None
            number, sealed = number + 1, following


def _sealed(cipher: AESGCM, header: bytes, blocks: Iterable[Any]) -> Iterator[bytes]:
    number, waiting = 0, None
    for block in blocks:
        if waiting is not None:
            yield cipher.encrypt(_nonce(number, last=False), waiting, header)
            number += 1
        waiting = zlib.compress(json.dumps(block, ensure_ascii=False).encode("utf-8"))
    if waiting is not None:
        yield cipher.encrypt(_nonce(number, last=True), waiting, header)


def _cipher_of(header: bytes, ring: Keyring) -> AESGCM:
    parts = header.split(b" ")
    if parts[0] != _FORMAT or len(parts) != 3:
        raise BackupError("this is no backup of this version of matcher: nothing was restored.")
    try:
        return _cipher(ring, parts[1].decode("ascii"), bytes.fromhex(parts[2].decode("ascii")))
    except KeyFileError:
        raise BackupError("the backup was made with a key that is not in the key file given: give that one.") from None
    except ValueError:
        raise BackupError(_DAMAGED) from None


def _cipher(ring: Keyring, key_id: str, salt: bytes) -> AESGCM:
    key = ring.derived("backup", key_id)
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=b"matcher backup file").derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _next(file: BinaryIO) -> bytes | None:
    prefix = file.read(_LENGTH.size)
    if not prefix:
        return None
    length = _LENGTH.unpack(prefix)[0] if len(prefix) == _LENGTH.size else _LONGEST + 1
    if length > _LONGEST:
        raise BackupError(_DAMAGED)
    sealed = file.read(length)
    if len(sealed) < length:
        raise BackupError(_DAMAGED)
    return sealed

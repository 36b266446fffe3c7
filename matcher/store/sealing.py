"""Field encryption: AES-256-GCM with a fresh nonce, bound to the table, column and row the value stands in.

A sealed value moved to another row or column, or altered by a bit, does not open. Layout: version (1 byte), key id
(4), nonce (12), ciphertext and tag.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matcher.store.errors import StoreError
from matcher.store.keys import Keyring

_VERSION = b"\x01"
_ID = slice(1, 5)
_NONCE = slice(5, 17)
_BODY = slice(17, None)
# Made once: `json.dumps` makes a new encoder for every call that is not all defaults.
_TEXT = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens values with a ring's keys; each key is derived once."""

    ring: Keyring
    _ciphers: dict[str, AESGCM] = field(default_factory=dict, repr=False)

    def seal(self, value: bytes, table: str, column: str, row: str) -> bytes:
        """Return a value sealed for one place in the store."""
        nonce = os.urandom(12)
        body = self._cipher(self.ring.primary).encrypt(nonce, value, _place(table, column, row))
        return b"".join((_VERSION, bytes.fromhex(self.ring.primary), nonce, body))

    def open(self, sealed: bytes, table: str, column: str, row: str) -> bytes:
        """Return what was sealed for this place.

        Raises
        ------
        KeyFileError
            If the key it was sealed with is not in the ring.
        StoreError
            If it was altered, or sealed for another place.
        """
        if sealed[:1] != _VERSION:
            raise StoreError(f"{table}.{column} holds a value that was not sealed by this version of matcher.")
        try:
            return self._cipher(sealed[_ID].hex()).decrypt(sealed[_NONCE], sealed[_BODY], _place(table, column, row))
        except (InvalidTag, ValueError) as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(
                f"{table}.{column} holds a value that does not open: it was altered, moved, or sealed with another key."
            ) from None

    def seal_json(self, value: Mapping[str, Any], table: str, column: str, row: str) -> bytes:
        """Seal plain values by name."""
        # Half a character, which a browser can send, must not stop a person from being heard.
        return self.seal(_TEXT(value).encode("utf-8", "surrogatepass"), table, column, row)

    def open_json(self, sealed: bytes, table: str, column: str, row: str) -> dict[str, Any]:
        """Return plain values by name; raises as `open`."""
        opened: dict[str, Any] = json.loads(self.open(sealed, table, column, row))
        return opened

    def is_current(self, sealed: bytes) -> bool:
        """Return whether a value was sealed with the primary key."""
        return sealed[_ID].hex() == self.ring.primary

    def _cipher(self, key_id: str) -> AESGCM:
        if key_id not in self._ciphers:
            self._ciphers[key_id] = AESGCM(self.ring.derived("fields", key_id))
        return self._ciphers[key_id]


def _place(table: str, column: str, row: str) -> bytes:
    return _TEXT([table, column, row]).encode("utf-8", "surrogatepass")

"""How the store knows again what it must not hold: hashes of secrets, and keyed hashes of names and addresses."""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from matcher.store.store import sealer_of


def secret_hash(purpose: str, secret: str) -> str:
    """Return what is kept of a secret of at least 80 random bits, which nobody can guess back from it."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).hexdigest()


def keyed_hash(session: Session, purpose: str, *parts: str) -> str:
    """Return what is kept of something guessable, a name or an address: no use to anyone without the key file.

    Made with a key that a change of keys leaves alone, so that what was kept before is still known afterwards.
    """
    key = HKDF(SHA256(), 32, salt=None, info=f"matcher {purpose}".encode()).derive(sealer_of(session).ring.audit)
    return hmac.new(key, json.dumps(parts).encode("ascii"), hashlib.sha256).hexdigest()

"""Passwords: which may be set, and argon2id to know them again.

NIST SP 800-63B-4 (2025), section 3.1.1: where a password is the only thing asked, at least 15 characters, no rules on
kinds of characters, any character allowed, well-known and guessable ones refused.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST: Final = 15
MOST: Final = 256
#: Long enough to pass, and tried first by everyone who guesses.
_WELL_KNOWN: Final = (
    "correcthorsebatterystaple", "passwordpassword", "password1234567", "qwertyuiopasdfgh", "qwertyuiop123456",
    "iloveyouiloveyou", "letmeinletmein", "adminadminadmin", "welcomewelcome", "1q2w3e4r5t6y7u8i",
    "thisismypassword", "mypasswordispassword", "changemechangeme",
)  # fmt: skip
#: A password needs more different characters than these to be more than a pattern.
_FEWEST_DIFFERENT: Final = 6


class PasswordRefusedError(ValueError):
    """The password may not be set; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right, and its hash with today's parameters where the kept one was made with others."""

    right: bool
    renewed: str | None = None


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes and checks passwords at one cost; ``absent`` is what is checked where no hash is kept."""

    hasher: PasswordHasher
    absent: str

    def hash(self, password: str) -> str:
        """Return the argon2id hash of a password."""
        return self.hasher.hash(_one_spelling(password))

    def check(self, kept: str | None, password: str) -> Checked:
        """Check a password against a kept hash, or take the same time over none."""
        given = _one_spelling(password[:MOST])
        try:
            self.hasher.verify(kept or self.absent, given)
        except (VerificationError, InvalidHashError):
            return Checked(False)
        if kept is None or len(password) > MOST:
            return Checked(False)
        return Checked(True, self.hasher.hash(given) if self.hasher.check_needs_rehash(kept) else None)


def passwords_at(hasher: PasswordHasher) -> Passwords:
    """Return passwords at a hasher's cost."""
    return Passwords(hasher, hasher.hash("nobody signs in with this"))


@cache
def usual_passwords() -> Passwords:
    """Return passwords at RFC 9106's second recommended cost: 64 MiB, three passes, about 0.1 s."""
    return passwords_at(PasswordHasher())


def check_new(password: str, *names: str) -> None:
    """Check that a password may be set.

    Raises
    ------
    PasswordRefusedError
        If it is too short, or one a guesser would try first.
    """
    problem = problem_with(password, *names)
    if problem is not None:
        raise PasswordRefusedError(problem)


def problem_with(password: str, *names: str) -> str | None:
    """Return why a password may not be set, or None where it may; ``names`` are what a guesser would try first."""
    if len(password) < LEAST:
        return f"Use at least {LEAST} characters. Three or four unrelated words are easy to remember."
    if len(password) > MOST:
        return f"Use at most {MOST} characters."
    plain = "".join(password.casefold().split())
    left = plain
    for guess in (*_WELL_KNOWN, *(part for name in names for part in _parts(name))):
        left = left.replace(guess, "")
    if len(set(plain)) < _FEWEST_DIFFERENT or _is_run(plain) or len(left) < LEAST // 2:
        return "This is one of the first a guesser would try. Use three or four unrelated words."
    return None


def _parts(name: str) -> list[str]:
    whole = name.casefold()
    parts = [whole, *whole.replace("@", " ").replace(".", " ").split()]
    return [part for part in sorted(parts, key=len, reverse=True) if len(part) >= 3]


def _is_run(plain: str) -> bool:
    # abcdefgh..., 98765432...
    steps = [ord(after) - ord(before) for before, after in pairwise(plain)]
    return sum(step in (-1, 0, 1) for step in steps) >= len(steps) - 2


def _one_spelling(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")

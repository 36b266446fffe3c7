"""Who did and saw what: an append-only table whose entries are chained by keyed hashes.

An entry altered, removed, inserted or reordered breaks the chain, and nobody without the audit key can mend it. A
whole store put back to an earlier state is consistent in itself: to notice that, note the head elsewhere and verify
against it. Entries name ids, columns and counts, never what a client answered.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlalchemy.orm import Session

from matcher.store.errors import StoreError
from matcher.store.tables import audit, audit_head

#: Many people's names seen at once, in a list.
SAW_NAMES: Final = "saw names"
_PENDING = "audit entries to be written"
_BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did or saw; ``detail`` holds plain values that say nothing of a client's answers."""

    actor: str
    action: str
    subject: str
    subject_id: str
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What verifying found: the number of entries, the head to note elsewhere, and every break in the chain."""

    entries: int
    head: str
    problems: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was altered."""
        return not self.problems


def record(session: Session, actor: str, action: str, subject: str, subject_id: str, **detail: Any) -> None:
    """Note an entry; it is written when the session's work is, so neither is kept without the other."""
    entry = Entry(actor, action, subject, subject_id, detail, datetime.now(UTC))
    session.info.setdefault(_PENDING, []).append(entry)


def take_pending(session: Session) -> list[Entry]:
    """Take what was noted out of a session."""
    noted: list[Entry] = session.info.pop(_PENDING, [])
    return noted


def write_entries(session: Session, entries: list[Entry], key: bytes) -> None:
    """Append entries to the chain.

    Called last in a transaction: writers then wait for one another only here, and always in the same order.
    """
    if not entries:
        return
    head = session.execute(select(audit_head).with_for_update()).one_or_none()
    if head is None:
        raise StoreError("the audit log has lost its head: run matcher audit verify, and restore a backup.")
    seq, previous = head.seq, head.hash
    rows = []
    for entry in entries:
        seq += 1
        row = _row(seq, entry, previous, key)
        rows.append(row)
        previous = row["hash"]
    for start in range(0, len(rows), _BLOCK):
        session.execute(insert(audit), rows[start : start + _BLOCK])
    session.execute(update(audit_head).values(seq=seq, hash=previous, mac=_head_mac(seq, previous, key)))


def read_entries(session: Session, *, subject_id: str | None = None, most: int = 1000) -> list[Entry]:
    """Return the newest entries first, of all or of one subject: what was done to it, with others too, and by it."""
    query = select(audit).order_by(audit.c.seq.desc()).limit(most)
    if subject_id is not None:
        query = query.where((audit.c.subject_id == subject_id) | (audit.c.actor == subject_id) | on_a_list(subject_id))
    return [
        Entry(
            row.actor,
            row.action,
            row.subject,
            row.subject_id,
            json.loads(row.detail),
            datetime.fromisoformat(row.at),
        )
        for row in session.execute(query)
    ]


def on_a_list(client_id: str) -> ColumnElement[bool]:
    """Return where somebody saw a client's name in a list: one entry, with everyone on it in its detail."""
    return (audit.c.action == SAW_NAMES) & audit.c.detail.contains(_json(client_id), autoescape=True)


def verify(session: Session, key: bytes, seen: str | None = None) -> AuditReport:
    """Check every entry, every link, and the head.

    Parameters
    ----------
    seen
        A head noted earlier, as ``number:hash``: that entry must still be in the chain.
    """
    problems: list[str] = []
    expected_seq, previous = 1, ""
    noted = _noted(seen)
    for row in _stream(session):
        if row.seq != expected_seq:
            problems.append(f"entries {expected_seq} to {row.seq - 1} are missing")
        elif row.previous != previous:
            problems.append(f"entry {row.seq} does not follow the one before it")
        if not hmac.compare_digest(_hash(row, key), row.hash):
            problems.append(f"entry {row.seq} was altered")
        if noted is not None and noted[0] == row.seq:
            problems += [] if noted[1] == row.hash else [f"entry {row.seq} is not the one noted earlier"]
            noted = None
        expected_seq, previous = row.seq + 1, row.hash
    if noted is not None:
        problems.append(f"entry {noted[0]}, noted earlier, is not there")
    problems += _head_problems(session, expected_seq - 1, previous, key)
    return AuditReport(expected_seq - 1, f"{expected_seq - 1}:{previous}", tuple(problems))


def _head_problems(session: Session, seq: int, last: str, key: bytes) -> Iterator[str]:
    head = session.execute(select(audit_head)).one_or_none()
    if head is None:
        yield "the head is missing"
    elif seq == 0:
        yield "the log is empty, though making the store writes the first entry"
    elif (head.seq, head.hash) != (seq, last):
        yield f"the head names entry {head.seq}, the last one is {seq}: entries were removed or added at the end"
    elif not hmac.compare_digest(_head_mac(seq, last, key), head.mac):
        yield "the head was altered"


def _stream(session: Session) -> Iterator[Row[Any]]:
    query = select(audit).order_by(audit.c.seq)
    yield from session.execute(query, execution_options={"yield_per": _BLOCK})


def _noted(seen: str | None) -> tuple[int, str] | None:
    if seen is None:
        return None
    number, _, noted_hash = seen.partition(":")
    if not number.isascii() or not number.isdigit() or len(noted_hash) != 64:
        raise StoreError("a noted head looks like 123:4f2a..., as matcher audit verify printed it.")
    return int(number), noted_hash


def _row(seq: int, entry: Entry, previous: str, key: bytes) -> dict[str, Any]:
    row = {
        "seq": seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "detail": _json(entry.detail),
        "previous": previous,
    }
    return row | {"hash": _mac(list(row.values()), key)}


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _hash(row: Row[Any], key: bytes) -> str:
    return _mac(list(row)[:-1], key)


def _mac(values: list[Any], key: bytes) -> str:
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def _head_mac(seq: int, last: str, key: bytes) -> str:
    return _mac(["head", seq, last], key)

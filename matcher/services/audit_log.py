"""The audit log as those who answer for the clinic read it: who did or saw what, by ids alone, and whether it is whole.

What an entry says beside ids, such as that a person was needed first, is not for them: they work with no client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from matcher.services.access import Person, needs
from matcher.store import accounts
from matcher.store.audit import AuditReport, Entry, read_entries, verify
from matcher.store.enquiries import client_of_reference
from matcher.store.store import Store

#: What is shown of an entry's detail: the ids of what else it was about, and a colleague's role or way in.
_SHOWN: Final = ("therapist", "slate", "fit_check", "role", "how", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody did or saw; ``who`` is a sign-in name, or what acted without one."""

    at: datetime
    who: str
    did: str
    to: str
    subject_id: str
    also: str


@needs("see_audit")
def newest(person: Person, store: Store, subject: str = "", most: int = 100) -> list[Line]:
    """Return the newest entries first, of everything or of one client, account or other id or reference."""
    with store.reading() as session:
        wanted = subject.strip()
        names = {account.account_id: account.name for account in accounts.list_accounts(session)}
        ids = {name: account_id for account_id, name in names.items()}
        colleague = ids.get(accounts.clean_name(wanted))
        found = (colleague or client_of_reference(session, wanted) or wanted) if wanted else None
        return [_line(entry, names) for entry in read_entries(session, subject_id=found, most=most)]


@needs("see_audit")
def check_chain(person: Person, store: Store) -> AuditReport:
    """Return whether no entry was altered, removed, added or moved; see `matcher.store.audit.verify`."""
    with store.reading() as session:
        return verify(session, store.sealer.ring.audit)


def _line(entry: Entry, names: Mapping[str, str]) -> Line:
    also = ", ".join(f"{name.replace('_', ' ')} {entry.detail[name]}" for name in _SHOWN if entry.detail.get(name))
    subject_id = names.get(entry.subject_id, entry.subject_id)
    return Line(entry.at, names.get(entry.actor, entry.actor), entry.action, entry.subject, subject_id, also)

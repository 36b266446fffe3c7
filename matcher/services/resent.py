"""What a client sends once more, put together with what staff changed since: neither writes over the other.

What was sent last lies beside the enquiry, sealed: only what differs from it was changed by the client.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from matcher.domain.client import Client
from matcher.domain.enquiry import ContactDetails
from matcher.domain.merging import merged
from matcher.services.known_answers import completed
from matcher.store.enquiries import Enquiry
from matcher.store.rows import client_of, known_contact
from matcher.store.slates import CLIENT
from matcher.store.store import StoreSession

_SENT: Final = "sent"


def noted(private: Mapping[str, Any], **sent: Client | ContactDetails | Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept in words of an enquiry with what was sent now: ``client``, ``answers`` or ``contact``."""
    now = {name: plain(value if isinstance(value, Mapping) else asdict(value)) for name, value in sent.items()}
    return {**private, _SENT: {**private.get(_SENT, {}), **now}}


def client_again(session: StoreSession, client: Client, enquiry: Enquiry | None) -> tuple[Client, int | None]:
    """Return a client as to be kept: as sent, but for what others changed and the client did not.

    With it comes the version of the row it is to be written over, None where that does not matter.
    """
    sent = _last(enquiry, "client")
    if sent is None:
        return client, None
    now = plain(asdict(client))
    changed: dict[str, Any] = {
        name: tuple(was) if isinstance(was, list) else was for name, was in sent.items() if was != now[name]
    }
    kept = client_of(session, client.client_id, CLIENT)
    return completed(kept.value, replace(client, **changed), client), kept.version


def answers_again(enquiry: Enquiry | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that have no column as they are to be kept; as `client_again`."""
    sent = _last(enquiry, "answers")
    if enquiry is None or sent is None:
        return plain(answers)
    return dict(merged(enquiry.private.get("answers", {}), sent, plain(answers)))


def details_again(session: StoreSession, enquiry: Enquiry, details: ContactDetails) -> tuple[int, ContactDetails]:
    """Return how to reach a client as it is to be kept, and in place of which version; as `client_again`."""
    known, sent = known_contact(session, enquiry.client_id, CLIENT), _last(enquiry, "contact")
    if sent is None:
        return known.version, details
    kept = {name: getattr(known.value, name) or "" for name in ("name", "phone", "email", "note")}
    kept |= {"pronouns": enquiry.private.get("pronouns", ""), "safe": enquiry.private.get("safe_contact", [])}
    both = merged(kept, sent, plain(asdict(details)))
    return known.version, ContactDetails(**{**both, "safe": tuple(both["safe"])})


def not_sent_before(enquiry: Enquiry, texts: Iterable[str]) -> list[str]:
    """Return those of a client's words that they had not sent before, whatever they answered with them."""
    private = enquiry.private
    parts = (*private.get(_SENT, {}).values(), private.get("answers", {}), {"note": private.get("contact_note")})
    known = {value.strip() for part in parts for value in part.values() if isinstance(value, str)}
    return [text for text in texts if text.strip() not in known]


def plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they come back from the store."""
    found: dict[str, Any] = json.loads(json.dumps(value, default=str))
    return found


def _last(enquiry: Enquiry | None, what: str) -> dict[str, Any] | None:
    sent = enquiry.private.get(_SENT, {}) if enquiry else {}
    found: dict[str, Any] | None = sent.get(what)
    return found

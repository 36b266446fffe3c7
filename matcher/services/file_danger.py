"""What a file says of danger, kept as if its people had written it here: on top, once each time it is new."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd

from matcher.clinic.rows import clients_from
from matcher.config import Settings
from matcher.domain.client import Client
from matcher.services.enquiry_keeping import RAISED, note_opened, raise_kept, reading, urgent_due
from matcher.services.enquiry_words import SAFETY_ANSWER, Danger, danger_in, unread
from matcher.services.promises import answer_by
from matcher.store.enquiries import add_enquiry, add_event, change_enquiry, enquiry_of
from matcher.store.notices import add_notice
from matcher.store.staff_rows import client_rows, with_enquiry, with_episode
from matcher.store.store import StoreSession

#: The key of an enquiry's private mapping under which a file's own word of danger is kept.
_YES: Final = "danger_in_file"


def danger_of(client: Client) -> Danger:
    """Return what a client's row in a file says of danger."""
    return danger_in(client, ())


def seen_before(session: StoreSession, clients: pd.DataFrame) -> pd.DataFrame:
    """Return those of some canonical clients who have an enquiry, as the store holds them before a file is in."""
    return client_rows(session, sorted(with_enquiry(session, clients["client_id"].tolist())))


def raise_from_folder(
    session: StoreSession, clients: pd.DataFrame, before: pd.DataFrame, settings: Settings, actor: str
) -> int:
    """Put on top whom a clinic folder tells of danger, and return how many: who wait, and who have an enquiry already.

    Whoever has or had a course of therapy and no enquiry was seen about it. ``before`` is what `seen_before` said.
    """
    now, ids = datetime.now(UTC), clients["client_id"].tolist()
    asked, begun = with_enquiry(session, ids), with_episode(session, ids)
    known = {client.client_id: client for client in clients_from(before)}
    of_interest = clients[clients["client_id"].isin(asked) | ~clients["client_id"].isin(begun)]
    raised = 0
    for client in {client.client_id: client for client in clients_from(of_interest)}.values():
        danger = bool(danger_of(client).why)
        if client.client_id in asked:
            was = known.get(client.client_id, Client(client.client_id, ()))
            # An export taken in again says nothing new: what is in the store was seen there.
            same = (was.risk_raised, was.enquired_at) == (client.risk_raised, client.enquired_at)
            told = None if same else client.risk_raised
            strange = was.about != client.about and unread([client.about or ""])
            if danger or strange or told is not None:
                raised += raise_again(session, client, told, settings, now, actor, to_read=strange)
        elif danger:
            enquire(session, client, client.risk_raised, settings, now, actor)
            raised += 1
    return raised


def enquire(
    session: StoreSession, client: Client, told_risk: bool | None, settings: Settings, now: datetime, actor: str
) -> None:
    """Make an enquiry of somebody in a file, in the safety lane where the file speaks of danger."""
    danger = danger_of(client)
    raised = bool(danger.why)
    values: dict[str, Any] = {"received_at": client.enquired_at.replace(tzinfo=UTC)} if client.enquired_at else {}
    add_enquiry(
        session, client.client_id, "import", actor, needs_person=raised, needs_reading=unread([client.about or ""]),
        private=danger.joined({}) | _yes(client, told_risk),
        due_at=answer_by(settings, now, urgent=raised), **values,
    )  # fmt: skip
    if raised:
        _alert(session, client.client_id, actor)


def raise_again(
    session: StoreSession,
    client: Client,
    told_risk: bool | None,
    settings: Settings,
    now: datetime,
    actor: str,
    *,
    to_read: bool,
) -> bool:
    """Put somebody who has an enquiry in the safety lane for what the file says anew, not for words spoken about.

    Return whether they were raised.

    A file is taken in again and again with all its rows: a yes is new where the file did not say it of them before, or
    not of this enquiry. New words the rules cannot read are to be read, closed or not.
    """
    found = enquiry_of(session, client.client_id, actor)
    yes = _yes(client, told_risk)
    given = (SAFETY_ANSWER,) if told_risk and yes.get(_YES) != found.private.get(_YES) else ()
    # What was raised before by other ways than this file is no news in it.
    danger = danger_in(replace(client, risk_raised=bool(told_risk)), (), given)
    private = {**found.private, **(danger.joined(found.private) if danger.why else {}), **yes}
    if told_risk is False:
        private.pop(_YES, None)
    values: dict[str, Any] = {"private": private} if private != found.private else {}
    raised = danger.is_new(found)
    if to_read:
        values |= reading(found, settings, now)
    if raised and found.state == "closed":
        values |= {"state": "new"}
    if raised:
        due = urgent_due(found, answer_by(settings, now, urgent=True))
        values |= {"needs_person": True, "due_at": due}
    if values:
        change_enquiry(session, client.client_id, found.version, actor, **values)
        note_opened(session, found, values, actor)
    if raised:
        _alert(session, client.client_id, actor)
        raise_kept(session, found, danger, actor)
    elif to_read:
        add_notice(session, "read", client.client_id, "intake")
    return raised


def said_of_danger(cell: Any) -> bool | None:
    """Return what a file says of danger in its own column, None where it says nothing."""
    return None if pd.isna(cell) else bool(cell)


def _yes(client: Client, told_risk: bool | None) -> dict[str, str]:
    """Return what is kept of a yes in a file, so that the same yes is known again: of the enquiry of which day."""
    return {_YES: str(client.enquired_at or "")} if told_risk else {}


def _alert(session: StoreSession, client_id: str, actor: str) -> None:
    add_event(session, client_id, RAISED, actor)
    add_notice(session, "raised", client_id, "intake")

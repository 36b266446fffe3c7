"""Files of waiting clients and of courses of therapy from practice software: taken in, and nobody in danger missed.

Who is new and has no therapist yet becomes an enquiry, as if they had written themselves: words that speak of danger
put them in the safety lane at once.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

import pandas as pd

from matcher.clinic.problems import ClinicError
from matcher.clinic.rows import clients_from
from matcher.config import Settings
from matcher.intake.safety import safety_flags
from matcher.services.access import Person, needs
from matcher.services.enquiry_words import unread
from matcher.services.file_danger import danger_of, enquire, raise_again, said_of_danger
from matcher.services.practice_columns import CONTACT
from matcher.services.practice_files import Preview, nothing_but, preview, renamed
from matcher.store.clinics import Progress, TableCounts, keep_writers_out, merge_clinic
from matcher.store.column_maps import ColumnMap, keep_column_map
from matcher.store.frames import NO_CONCERN
from matcher.store.rows import Contact, keep_contact, known_contact
from matcher.store.staff_rows import client_rows, known_ids, with_enquiry, with_episode
from matcher.store.store import Store, StoreSession

_SAY_EVERY: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A file looked at: what it would become, how many would be called first, and rows set aside that cannot wait."""

    preview: Preview
    raised: int = 0
    call_now: tuple[int, ...] = ()


@needs("work_enquiry")
def look_at(person: Person, store: Store, frame: pd.DataFrame, wanted: ColumnMap, kind: str, zone: tzinfo) -> Looked:
    """Return what a file of ``clients`` or ``episodes`` would become; nothing is changed."""
    del person
    found = preview(frame, wanted, kind, zone)
    if found.problem:
        return Looked(found)
    if kind == "episodes":
        with store.reading() as session:
            return Looked(_of_known(found, *known_ids(session)))
    raised = sum(bool(danger_of(client).why) for client in clients_from(found.rows))
    aside = renamed(frame, wanted).drop(index=list(found.kept))
    return Looked(found, raised, tuple(int(row) + 1 for row in aside.index[_alarming(aside)]))


@needs("work_enquiry")
def take_in_clients(
    person: Person,
    store: Store,
    settings: Settings,
    frame: pd.DataFrame,
    wanted: ColumnMap,
    name: str,
    progress: Progress | None = None,
) -> TableCounts:
    """Load waiting clients from an export, the usable rows or nothing, remember the map, and return the counts.

    A blank keeps what is known, and a raised concern is never taken back. Whoever has neither an enquiry nor a course
    of therapy becomes an enquiry.

    Parameters
    ----------
    progress
        Called now and then with rows done and rows altogether; what it raises stops the import, and nothing is loaded.

    Raises
    ------
    ClinicError
        If the file cannot be used as a whole.
    StaleVersionError, StoreError
        As `keep_column_map`; nothing is loaded then.
    """
    looked = _usable(preview(frame, wanted, "clients", settings.zone))
    raw = renamed(frame, wanted).loc[list(looked.kept)]
    now, actor = datetime.now(UTC), person.account_id
    said = progress or (lambda _done, _whole: None)
    with store.writing() as session:
        # What is known is read once nobody else can change it.
        keep_writers_out(session)
        ids = looked.rows["client_id"].tolist()
        before = client_rows(session, ids)
        rows = _completed(looked.rows, before)
        counts = merge_clinic(session, nothing_but(clients=rows), actor=actor)
        asked, begun = with_enquiry(session, ids), with_episode(session, ids)
        read = set(zip(before["client_id"], before["about"], strict=True))
        told = dict(zip(ids, (said_of_danger(cell) for cell in looked.rows["risk_raised"]), strict=True))
        people = {client.client_id: client for client in clients_from(rows)}
        for done, client in enumerate(people.values()):
            if done % _SAY_EVERY == 0:
                said(done, len(people))
            if client.client_id in asked:
                strange = (client.client_id, client.about) not in read and unread([client.about or ""])
                raise_again(session, client, told[client.client_id], settings, now, actor, to_read=strange)
            # In this order, since whoever becomes an enquiry is read there.
            elif client.client_id not in begun or danger_of(client).why:
                enquire(session, client, told[client.client_id], settings, now, actor)
        for client_id, cells in zip(ids, raw.reindex(columns=list(CONTACT)).itertuples(index=False), strict=True):
            _keep_contact(session, client_id, [None if pd.isna(cell) else str(cell).strip() for cell in cells], actor)
        _remember(session, "clients", name, wanted, actor)
        said(len(people), len(people))
    return counts.clients


@needs("work_enquiry")
def take_in_episodes(person: Person, store: Store, frame: pd.DataFrame, wanted: ColumnMap, name: str) -> TableCounts:
    """Load courses of therapy from an export, the usable rows or nothing, remember the map, and return the counts.

    Raises
    ------
    ClinicError
        If the file cannot be used as a whole.
    StaleVersionError, StoreError
        As `keep_column_map`; nothing is loaded then.
    """
    looked = _usable(preview(frame, wanted, "episodes"))
    with store.writing() as session:
        rows = _of_known(looked, *known_ids(session)).rows
        counts = merge_clinic(session, nothing_but(episodes=rows), actor=person.account_id)
        _remember(session, "episodes", name, wanted, person.account_id)
    return counts.episodes


def _usable(looked: Preview) -> Preview:
    if looked.problem:
        raise ClinicError(looked.problem)
    return looked


def _of_known(looked: Preview, clients: set[str], therapists: set[str]) -> Preview:
    """Set aside courses of people the store does not know, so that nobody's work is counted under a slip of the pen."""
    rows, aside = looked.rows, list(looked.aside)
    good = pd.Series(True, index=rows.index)
    for column, known, whom in (("client_id", clients, "client"), ("therapist_id", therapists, "therapist")):
        strange = ~rows[column].isin(known)
        aside += [
            f"Row {looked.kept[row] + 1}, column {column}: expected the id of a {whom} who is known here."
            for row in rows.index[strange]
        ]
        good &= ~strange
    kept = tuple(place for place, well in zip(looked.kept, good, strict=True) if well)
    return replace(looked, rows=rows[good].reset_index(drop=True), aside=tuple(aside), kept=kept)


def _completed(new: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    known = before.set_index("client_id", drop=False).reindex(new["client_id"]).reset_index(drop=True)
    rows = pd.DataFrame({name: new[name].where(new[name].notna(), known[name]).astype(new[name].dtype) for name in new})
    rows["risk_raised"] = rows["risk_raised"].mask(known["risk_raised"].fillna(False).astype(bool), True)
    rows["concerns"] = rows["concerns"].fillna(NO_CONCERN)
    return rows


def _alarming(aside: pd.DataFrame) -> list[bool]:
    """Tell of raw rows which speak of danger in any cell, since the one that matters may be what is wrong."""
    told = [" ".join(str(cell) for cell in row if not pd.isna(cell)) for row in aside.itertuples(index=False)]
    said = aside.get("risk_raised", pd.Series("", index=aside.index)).fillna("").str.strip().str.lower()
    raised = [word not in ("", "0", "0.0", "no", "n", "f", "false") for word in said]
    return [bool(flags) or risk for flags, risk in zip(safety_flags(told), raised, strict=True)]


def _keep_contact(session: StoreSession, client_id: str, cells: list[str | None], actor: str) -> None:
    if not any(cells):
        return
    known = known_contact(session, client_id, actor)
    before = known.value
    name, email, phone = cells
    wanted = Contact(name or before.name, email or before.email, phone or before.phone, before.note)
    if wanted != before:
        keep_contact(session, client_id, wanted, actor, known.version)


def _remember(session: StoreSession, kind: str, name: str, wanted: ColumnMap, actor: str) -> None:
    if name.strip():
        keep_column_map(session, kind, name.strip(), wanted, actor)

"""Rows behind a staff's view of therapists: how past work went, and how full each caseload is; nothing in words."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from matcher.store.enquiry_tables import enquiries
from matcher.store.frames import CLIENTS_KEPT, THERAPISTS_KEPT, frame_of
from matcher.store.tables import clients, episodes, places, slates, therapists


@dataclass(frozen=True, slots=True)
class Caseload:
    """How full a therapist is: courses going on, and places given through the store, some of them only held."""

    ongoing: int = 0
    placed: int = 0
    held: int = 0


def therapist_rows(session: Session, therapist_ids: list[str] | None = None) -> pd.DataFrame:
    """Return every therapist, or some, in canonical form, with the open places of this moment."""
    return frame_of(session, THERAPISTS_KEPT, therapist_ids)


def client_rows(session: Session, client_ids: list[str]) -> pd.DataFrame:
    """Return some clients in canonical form, in the order they came; whoever asks notes who saw them."""
    return frame_of(session, CLIENTS_KEPT, client_ids)


def outcome_rows(session: Session) -> list[Row[Any]]:
    """Return finished measurements as therapist_id, measure, score_start, score_end and the client's concerns."""
    names = ("therapist_id", "measure", "score_start", "score_end")
    query = (
        select(*(episodes.c[name] for name in names), clients.c.concerns)
        .join(clients, clients.c.client_id == episodes.c.client_id)
        .where(episodes.c.score_start.is_not(None), episodes.c.score_end.is_not(None))
    )
    return list(session.execute(query))


def outcome_stamp(session: Session) -> tuple[int, int]:
    """Return what differs as soon as an episode is added or changed."""
    row = session.execute(select(func.count(), func.coalesce(func.sum(episodes.c.version), 0))).one()
    return int(row[0]), int(row[1])


def caseloads(session: Session) -> dict[str, Caseload]:
    """Return by therapist how full each is."""
    going = select(episodes.c.therapist_id, func.count()).where(episodes.c.ending == "ongoing")
    ongoing = {row[0]: row[1] for row in session.execute(going.group_by(episodes.c.therapist_id))}
    taken = select(places.c.therapist_id, func.count(), func.count(places.c.held_until)).where(
        places.c.given_back_at.is_(None)
    )
    given = {row[0]: (row[1], row[2]) for row in session.execute(taken.group_by(places.c.therapist_id))}
    return {
        therapist: Caseload(ongoing.get(therapist, 0), *given.get(therapist, (0, 0)))
        for therapist in {*ongoing, *given}
    }


def known_ids(session: Session) -> tuple[set[str], set[str]]:
    """Return the ids of every client and of every therapist the store knows."""
    return set(session.scalars(select(clients.c.client_id))), set(session.scalars(select(therapists.c.therapist_id)))


def with_enquiry(session: Session, client_ids: list[str]) -> set[str]:
    """Return which of some clients have an enquiry, open or closed."""
    # A whole clinic's ids are more than one query may name.
    return set(session.scalars(select(enquiries.c.client_id))) & set(client_ids)


def with_episode(session: Session, client_ids: list[str]) -> set[str]:
    """Return which of some clients have or had a course of therapy."""
    return set(session.scalars(select(episodes.c.client_id))) & set(client_ids)


def has_ongoing(session: Session, client_id: str) -> bool:
    """Return whether a client has a course of therapy that goes on."""
    goes_on = select(episodes.c.client_id).where(episodes.c.client_id == client_id, episodes.c.ending == "ongoing")
    return session.scalar(goes_on.limit(1)) is not None


def newest_slate(session: Session, client_id: str) -> str | None:
    """Return the id of the newest slate a client was shown or staff drew, None where there is none."""
    query = select(slates.c.slate_id).where(slates.c.client_id == client_id).order_by(slates.c.made_at.desc()).limit(1)
    return session.scalar(query)

"""A therapist's open places: taken one at a time, never overdrawn however many ask at once.

A place may be held while a client makes up their mind; when that time is over it can be given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.errors import AlreadyTakenError, NoPlaceLeftError, NotFoundError
from matcher.store.tables import clients, places, therapists


@dataclass(frozen=True, slots=True)
class Place:
    """A place a client has; ``held_until`` is None once it is theirs for good."""

    place_id: str
    therapist_id: str
    client_id: str
    taken_at: datetime
    held_until: datetime | None


def take_place(
    session: Session, therapist_id: str, client_id: str, actor: str, held_until: datetime | None = None
) -> str:
    """Take one of a therapist's open places for a client and return the id of the place taken.

    Of two who take the last place at once one gets it, and the other is told. With ``held_until`` it is only held.

    Raises
    ------
    NoPlaceLeftError
        If no place is open.
    AlreadyTakenError
        If the client already holds a place with this therapist.
    NotFoundError
        If there is no such therapist or client.
    """
    # Whoever comes second waits here for the row, and then sees what is left.
    open_places = session.scalar(
        select(therapists.c.capacity).where(therapists.c.therapist_id == therapist_id).with_for_update()
    )
    if open_places is None:
        raise NotFoundError(f"the store has no therapist_id {therapist_id!r}.")
    if session.scalar(select(clients.c.position).where(clients.c.client_id == client_id)) is None:
        raise NotFoundError(f"the store has no client_id {client_id!r}.")
    if _held(session, therapist_id, client_id) is not None:
        raise AlreadyTakenError(f"client {client_id!r} already holds a place with therapist {therapist_id!r}.")
    if open_places < 1:
        raise NoPlaceLeftError(f"therapist {therapist_id!r} has no open place left: somebody else took the last one.")
    _open(session, therapist_id, -1)
    place_id = uuid4().hex
    session.execute(
        insert(places),
        {
            "place_id": place_id,
            "therapist_id": therapist_id,
            "client_id": client_id,
            "taken_at": datetime.now(UTC),
            "taken_by": actor,
            "held_until": held_until,
        },
    )
    record(
        session,
        actor,
        "held place" if held_until else "took place",
        "client",
        client_id,
        therapist=therapist_id,
        left=open_places - 1,
    )
    return place_id


def give_back_place(session: Session, place_id: str, actor: str, *, lapsed: datetime | None = None) -> None:
    """Open a place again that was taken; with ``lapsed`` only if it was held, and no longer than until that moment.

    Raises
    ------
    NotFoundError
        If there is no such place, or it was given back before.
    """
    wheres = [places.c.place_id == place_id, places.c.given_back_at.is_(None)]
    if lapsed is not None:
        wheres.append(places.c.held_until < lapsed)
    place = session.execute(
        update(places)
        .where(*wheres)
        .values(given_back_at=datetime.now(UTC))
        .returning(places.c.therapist_id, places.c.client_id)
    ).one_or_none()
    if place is None:
        raise NotFoundError("there is no such place, or it was given back before.")
    _open(session, place.therapist_id, 1)
    record(session, actor, "gave back place", "client", place.client_id, therapist=place.therapist_id)


def places_of(session: Session, client_id: str) -> list[Place]:
    """Return the places a client has now, the first taken first."""
    query = _places().where(places.c.client_id == client_id, places.c.given_back_at.is_(None))
    return [Place(**row._asdict()) for row in session.execute(query)]


def with_place(session: Session, client_ids: Sequence[str]) -> set[str]:
    """Return which of some clients have a place now, be it only held."""
    query = select(places.c.client_id).where(places.c.client_id.in_(client_ids), places.c.given_back_at.is_(None))
    return set(session.scalars(query))


def keep_place(session: Session, place_id: str, actor: str) -> None:
    """Make a held place a client's for good.

    Raises
    ------
    NotFoundError
        If it was given back meanwhile.
    """
    place = session.execute(
        update(places)
        .where(places.c.place_id == place_id, places.c.given_back_at.is_(None))
        .values(held_until=None)
        .returning(places.c.therapist_id, places.c.client_id)
    ).one_or_none()
    if place is None:
        raise NotFoundError("this place was given back meanwhile: take one again.")
    record(session, actor, "took place", "client", place.client_id, therapist=place.therapist_id, was_held=True)


def lapsed_places(session: Session, now: datetime) -> list[Place]:
    """Return the places whose time of being held is over and that nobody has given back yet."""
    query = _places().where(places.c.given_back_at.is_(None), places.c.held_until < now)
    return [Place(**row._asdict()) for row in session.execute(query)]


def _places() -> Select[Any]:
    names = ("place_id", "therapist_id", "client_id", "taken_at", "held_until")
    return select(*(places.c[name] for name in names)).order_by(places.c.taken_at, places.c.place_id)


def _open(session: Session, therapist_id: str, more: int) -> None:
    session.execute(
        update(therapists)
        .where(therapists.c.therapist_id == therapist_id)
        .values(capacity=therapists.c.capacity + more, version=therapists.c.version + 1)
    )


def _held(session: Session, therapist_id: str, client_id: str) -> str | None:
    return session.scalar(
        select(places.c.place_id).where(
            places.c.therapist_id == therapist_id, places.c.client_id == client_id, places.c.given_back_at.is_(None)
        )
    )

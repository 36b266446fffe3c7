"""Everything about one client out of the store; what stays of their course, where they agreed, names nobody."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from matcher.domain.vocabulary import age_group
from matcher.store.audit import record
from matcher.store.drafts import delete_draft, drafts_of
from matcher.store.enquiries import reference_of
from matcher.store.enquiry_tables import enquiries, kept_outcomes, notices
from matcher.store.errors import NotFoundError
from matcher.store.places import Place, give_back_place, places_of
from matcher.store.tables import catalogues, clients, contacts, episodes, fit_checks, places, slates, therapists

_OUTCOME = (
    "therapist_id", "measure", "score_start", "score_end", "sessions", "ending", "matched_by",
    "alliance_goal", "alliance_task", "alliance_bond",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing did beside removing.

    Parameters
    ----------
    outcomes_kept
        How many courses of therapy stay without a name, where the client agreed to research.
    opened
        Therapists who have a place more now.
    to_check
        Therapists whose number of open places was left as it is: they said it anew after the client's place was taken,
        so it may count that place already, and a person has to look.
    """

    outcomes_kept: int
    opened: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasable:
    """What erasing a client will leave: how many courses of theirs there are, and how many stay without a name.

    ``places`` are the therapists they have a place with: id and name.
    """

    client_id: str
    reference: str | None
    courses: int
    stays: int
    places: tuple[tuple[str, str], ...]


def erasable(session: Session, client_id: str, actor: str) -> Erasable:
    """Return what erasing a client would do, and note who looked; raises as `erase_client`."""
    if session.scalar(select(clients.c.client_id).where(clients.c.client_id == client_id)) is None:
        raise NotFoundError(f"the store has no client_id {client_id!r}.")
    record(session, actor, "saw", "client", client_id)
    held = [place.therapist_id for place in places_of(session, client_id)]
    names = select(therapists.c.therapist_id, therapists.c.name).where(therapists.c.therapist_id.in_(held))
    courses = session.scalar(select(func.count()).select_from(episodes).where(episodes.c.client_id == client_id)) or 0
    return Erasable(
        client_id,
        reference_of(session, client_id),
        courses,
        courses if _agreed(session, client_id) else 0,
        tuple((row.therapist_id, row.name) for row in session.execute(names.order_by(therapists.c.therapist_id))),
    )


def erase_client(session: Session, client_id: str, actor: str, reason: str) -> Erased:
    """Remove a client with all that is theirs, drafts too, and return what stays and which places are open again.

    Where they agreed to research, each course of theirs stays as a row of its own: therapist, month, age group, main
    concern and measurements, under a new id. The audit log goes on holding their id, that it was erased, and the code
    of the reason.

    Raises
    ------
    NotFoundError
        If there is no such client.
    """
    person = session.execute(select(clients).where(clients.c.client_id == client_id).with_for_update()).one_or_none()
    if person is None:
        raise NotFoundError(f"the store has no client_id {client_id!r}.")
    kept = _keep_outcomes(session, person) if _agreed(session, client_id) else 0
    _remove_notices(session, client_id)
    opened, to_check = _give_back(session, client_id, actor)
    for owner, _answers in list(drafts_of(session, client_id)):
        delete_draft(session, owner)
    for table in (episodes, places, contacts, fit_checks, slates, enquiries):
        session.execute(delete(table).where(table.c.client_id == client_id))
    # Codes and what staff noted go with the client's own row.
    session.execute(delete(clients).where(clients.c.client_id == client_id))
    remove_unused_catalogues(session)
    record(session, actor, "erased", "client", client_id, outcomes_kept=kept, reason=reason)
    return Erased(kept, opened, to_check)


def remove_unused_catalogues(session: Session) -> None:
    """Remove therapists as they were, once no slate needs them any more."""
    needed = exists().where(slates.c.catalogue_hash == catalogues.c.catalogue_hash)
    session.execute(delete(catalogues).where(~needed))


def _give_back(session: Session, client_id: str, actor: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    opened, to_check = [], []
    for place in places_of(session, client_id):
        if _said_anew(session, place):
            to_check.append(place.therapist_id)
        else:
            give_back_place(session, place.place_id, actor)
            opened.append(place.therapist_id)
    return tuple(opened), tuple(to_check)


def _said_anew(session: Session, place: Place) -> bool:
    # A place merely held was never theirs to count.
    query = select(therapists.c.openings_confirmed_on).where(therapists.c.therapist_id == place.therapist_id)
    said = None if place.held_until is not None else session.scalar(query)
    return said is not None and said > place.taken_at.date()


def _agreed(session: Session, client_id: str) -> bool:
    query = select(enquiries.c.consent_research_at).where(enquiries.c.client_id == client_id)
    return session.scalar(query) is not None


def _keep_outcomes(session: Session, person: Row[Any]) -> int:
    courses = session.execute(select(episodes).where(episodes.c.client_id == person.client_id)).all()
    for course in courses:
        row = {name: course._mapping[name] for name in _OUTCOME}
        row |= {
            "outcome_id": uuid4().hex,
            "started_month": None if course.started_on is None else course.started_on.replace(day=1),
            "age_group": None if person.age is None else age_group(person.age),
            "main_concern": _main_concern(person.concerns),
        }
        session.execute(insert(kept_outcomes), row)
    return len(courses)


def _main_concern(concerns: str) -> str | None:
    named = [part.split(":") for part in concerns.split(";") if part]
    return max(named, key=lambda part: int(part[1]))[0] if named else None


def _remove_notices(session: Session, client_id: str) -> None:
    asked = select(fit_checks.c.fit_check_id).where(fit_checks.c.client_id == client_id)
    session.execute(delete(notices).where(or_(notices.c.subject_id == client_id, notices.c.subject_id.in_(asked))))

"""What people decided and said afterwards: choices from a slate, overrides by staff, fit checks by clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Row, Table, insert, select
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.errors import NotFoundError, StoreError
from matcher.store.rows import change_row
from matcher.store.store import sealer_of
from matcher.store.tables import choices, fit_checks, overrides, slate_rows, slates

ChosenBy = Literal["client", "staff"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a slate led to; ``therapist_id`` is None where nobody was chosen."""

    choice_id: str
    slate_id: str
    therapist_id: str | None
    chosen_at: datetime
    chosen_by: ChosenBy
    words: str | None


@dataclass(frozen=True, slots=True)
class Override:
    """A therapist staff chose against the slate, and why in their words."""

    override_id: str
    slate_id: str
    therapist_id: str
    made_at: datetime
    made_by: str
    words: str


@dataclass(frozen=True, slots=True)
class FitCheck:
    """How a client finds the work so far; ``answers`` is None until they answer."""

    fit_check_id: str
    client_id: str
    therapist_id: str
    session_number: int
    asked_at: datetime
    answered_at: datetime | None
    answers: Mapping[str, Any] | None
    version: int


def record_choice(
    session: Session,
    slate_id: str,
    therapist_id: str | None,
    chosen_by: ChosenBy,
    actor: str,
    words: str | None = None,
) -> str:
    """Keep whom a slate led to, None for nobody, and return the choice's id.

    Raises
    ------
    StoreError
        If the therapist was not on the slate: that is an override.
    NotFoundError
        If there is no such slate.
    """
    client_id = _client_of(session, slate_id)
    shown = session.scalars(select(slate_rows.c.therapist_id).where(slate_rows.c.slate_id == slate_id)).all()
    if therapist_id is not None and therapist_id not in shown:
        raise StoreError(f"therapist {therapist_id!r} was not on this slate: record an override, with its reason.")
    row = {"slate_id": slate_id, "therapist_id": therapist_id, "chosen_at": datetime.now(UTC), "chosen_by": chosen_by}
    choice_id = _insert(session, choices, row, words)
    record(session, actor, "chose", "client", client_id, slate=slate_id, therapist=therapist_id)
    return choice_id


def choices_of(session: Session, slate_id: str) -> list[Choice]:
    """Return the choices made from a slate, in order."""
    query = select(choices).where(choices.c.slate_id == slate_id).order_by(choices.c.chosen_at)
    return [
        Choice(
            row.choice_id, row.slate_id, row.therapist_id, row.chosen_at, row.chosen_by, _words(session, choices, row)
        )
        for row in session.execute(query)
    ]


def record_override(session: Session, slate_id: str, therapist_id: str, words: str, actor: str) -> str:
    """Keep a therapist staff chose against the slate, with the reason, and return the override's id.

    Raises
    ------
    StoreError
        If no reason is given.
    NotFoundError
        If there is no such slate.
    """
    if not words.strip():
        raise StoreError("an override needs its reason.")
    client_id = _client_of(session, slate_id)
    row = {"slate_id": slate_id, "therapist_id": therapist_id, "made_at": datetime.now(UTC), "made_by": actor}
    override_id = _insert(session, overrides, row, words)
    record(session, actor, "overrode", "client", client_id, slate=slate_id, therapist=therapist_id)
    return override_id


def overrides_of(session: Session, slate_id: str) -> list[Override]:
    """Return the overrides of a slate, in order."""
    query = select(overrides).where(overrides.c.slate_id == slate_id).order_by(overrides.c.made_at)
    return [Override(**_plain(row), words=_words(session, overrides, row) or "") for row in session.execute(query)]


def ask_fit_check(session: Session, client_id: str, therapist_id: str, session_number: int, actor: str) -> str:
    """Keep that a client was asked how the work is going and return the fit check's id."""
    fit_check_id = uuid4().hex
    row = {"fit_check_id": fit_check_id, "client_id": client_id, "therapist_id": therapist_id}
    session.execute(insert(fit_checks), row | {"session_number": session_number, "asked_at": datetime.now(UTC)})
    record(session, actor, "asked fit check", "client", client_id, fit_check=fit_check_id)
    return fit_check_id


def answer_fit_check(session: Session, fit_check_id: str, answers: Mapping[str, Any], version: int, actor: str) -> int:
    """Keep a client's answers and return the new version.

    Raises
    ------
    StaleVersionError
        If it was answered or changed since it was read.
    NotFoundError
        If there is no such fit check.
    """
    sealed = sealer_of(session).seal_json(answers, "fit_checks", "answers", fit_check_id)
    record(session, actor, "answered fit check", "fit_check", fit_check_id)
    return change_row(session, fit_checks, fit_check_id, version, {"answers": sealed, "answered_at": datetime.now(UTC)})


def fit_checks_of(session: Session, client_id: str, actor: str) -> list[FitCheck]:
    """Return a client's fit checks in the order they were asked, and note who saw them."""
    query = select(fit_checks).where(fit_checks.c.client_id == client_id).order_by(fit_checks.c.asked_at)
    record(session, actor, "saw fit checks", "client", client_id)
    return [FitCheck(**_plain(row), answers=_answers(session, row)) for row in session.execute(query)]


def _client_of(session: Session, slate_id: str) -> str:
    client_id: str | None = session.scalar(select(slates.c.client_id).where(slates.c.slate_id == slate_id))
    if client_id is None:
        raise NotFoundError(f"the store has no slate {slate_id!r}.")
    return client_id


def _insert(session: Session, table: Table, row: dict[str, Any], words: str | None) -> str:
    (key,) = table.primary_key.columns
    row_id = uuid4().hex
    sealed = None if words is None else sealer_of(session).seal(words.encode("utf-8"), table.name, "words", row_id)
    session.execute(insert(table), row | {key.name: row_id, "words": sealed})
    return row_id


def _plain(row: Row[Any]) -> dict[str, Any]:
    """Return a row's values by name without the sealed ones."""
    return {name: value for name, value in row._mapping.items() if name not in ("words", "answers")}


def _words(session: Session, table: Table, row: Row[Any]) -> str | None:
    if row.words is None:
        return None
    (key,) = table.primary_key.columns
    return sealer_of(session).open(row.words, table.name, "words", row._mapping[key.name]).decode("utf-8")


def _answers(session: Session, row: Row[Any]) -> dict[str, Any] | None:
    if row.answers is None:
        return None
    return sealer_of(session).open_json(row.answers, "fit_checks", "answers", row.fit_check_id)

"""Trained models in the store: sealed, so that a file nobody with the keys put there is never loaded."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.errors import NotFoundError, StaleVersionError, StoreError
from matcher.store.keeping import alone
from matcher.store.store import sealer_of
from matcher.store.tables import models


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model file and its card, as they were written by training."""

    model_hash: str
    card: str
    content: bytes
    added_at: datetime

    def write(self, path: Path) -> Path:
        """Write the file and its card beside it, as loading expects them, and return the file's path."""
        path.write_bytes(self.content)
        path.with_suffix(".card.json").write_text(self.card, encoding="utf-8")
        return path


def add_model(session: Session, path: Path, actor: str, *, use: bool = True) -> str:
    """Keep a model file with its card and return its hash; ``use`` makes it the one that ranks.

    Raises
    ------
    StoreError
        If the file is not the one its card describes.
    """
    content, card = path.read_bytes(), path.with_suffix(".card.json").read_text(encoding="utf-8")
    model_hash = hashlib.sha256(content).hexdigest()
    if json.loads(card).get("sha256") != model_hash:
        raise StoreError(f"{path.name} is not the file its card describes: train it again.")
    if not has_model(session, model_hash):
        sealed = sealer_of(session).seal(content, "models", "content", model_hash)
        row = {"model_hash": model_hash, "card": card, "content": sealed, "added_at": datetime.now(UTC)}
        session.execute(insert(models), row | {"in_use": False})
        record(session, actor, "added", "model", model_hash)
    if use:
        use_model(session, model_hash, actor)
    return model_hash


def change_model(session: Session, model_hash: str | None, seen: str | None, actor: str) -> None:
    """Make one model the one that ranks in place of ``seen``, None for published effects.

    Raises
    ------
    NotFoundError
        If there is no such model.
    StaleVersionError
        If another one than ``seen`` ranks by now.
    """
    # Two owners at once: whoever comes second waits here, and then sees what the first chose.
    alone(session, "model in use")
    if in_use_hash(session) != seen:
        raise StaleVersionError("somebody else chose another model meanwhile: look at it again.")
    use_model(session, model_hash, actor)


def use_model(session: Session, model_hash: str | None, actor: str) -> None:
    """Make one model the one that ranks, whichever does now; None goes back to published effects.

    Raises
    ------
    NotFoundError
        If there is no such model.
    """
    session.execute(update(models).where(models.c.in_use).values(in_use=False))
    if model_hash is not None:
        change = update(models).where(models.c.model_hash == model_hash).values(in_use=True)
        if session.execute(change.returning(models.c.model_hash)).one_or_none() is None:
            raise NotFoundError("the store has no such model.")
    record(session, actor, "put in use", "model", model_hash or "published effects")


def has_model(session: Session, model_hash: str) -> bool:
    """Return whether a model is kept, in use or not."""
    return session.scalar(select(models.c.added_at).where(models.c.model_hash == model_hash)) is not None


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A model in the store without its content: its hash, its card as JSON, since when, and whether it ranks."""

    model_hash: str
    card: str
    added_at: datetime
    in_use: bool


def kept_models(session: Session) -> list[KeptModel]:
    """Return every model kept, the newest first."""
    columns = (models.c.model_hash, models.c.card, models.c.added_at, models.c.in_use)
    query = select(*columns).order_by(models.c.added_at.desc(), models.c.model_hash)
    return [KeptModel(*row) for row in session.execute(query)]


def in_use_hash(session: Session) -> str | None:
    """Return the hash of the model that ranks, None for published effects."""
    return session.scalar(select(models.c.model_hash).where(models.c.in_use))


def model_in_use(session: Session) -> StoredModel | None:
    """Return the model that ranks, None for published effects."""
    model_hash = in_use_hash(session)
    return None if model_hash is None else model_of(session, model_hash)


def model_of(session: Session, model_hash: str) -> StoredModel:
    """Return a model by its hash.

    Raises
    ------
    NotFoundError
        If there is no such model.
    """
    row = session.execute(select(models).where(models.c.model_hash == model_hash)).one_or_none()
    if row is None:
        raise NotFoundError("the store has no such model.")
    content = sealer_of(session).open(row.content, "models", "content", model_hash)
    return StoredModel(model_hash, row.card, content, row.added_at)

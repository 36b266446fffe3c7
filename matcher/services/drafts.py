"""Unfinished answers in the store, so that a reload, a restart and every process of the app find them again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matcher.domain.draft import Draft
from matcher.store import drafts
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class StoreDrafts:
    """Keeps one draft an owner; ``store`` opens the store on first use."""

    store: Callable[[], Store]

    def load(self, owner: str) -> Draft:
        """Return the owner's answers, empty where there are none."""
        with self.store().reading() as session:
            return drafts.load_draft(session, owner)

    def save(self, owner: str, answers: dict[str, Any], read: Draft) -> Draft:
        """Keep the owner's answers, with what another tab changed since they were read, and return what is kept."""
        with self.store().writing() as session:
            return drafts.save_draft(session, owner, answers, read)

    def delete(self, owner: str) -> None:
        """Forget the owner's answers."""
        with self.store().writing() as session:
            drafts.delete_draft(session, owner)

    def purge(self) -> None:
        """Forget every draft that has expired."""
        with self.store().writing() as session:
            drafts.purge_drafts(session)

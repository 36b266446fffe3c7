"""Unfinished answers in the store, so that a reload, a restart and every process of the app find them again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matcher.store import drafts
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class StoreDrafts:
    """Keeps one draft an owner; ``store`` opens the store on first use."""

    store: Callable[[], Store]

    def load(self, owner: str) -> dict[str, Any]:
        """Return the owner's answers, empty where there are none."""
        with self.store().reading() as session:
            return drafts.load_draft(session, owner)

    def save(self, owner: str, answers: dict[str, Any]) -> None:
        """Keep a copy of the owner's answers."""
        with self.store().writing() as session:
            drafts.save_draft(session, owner, answers)

    def delete(self, owner: str) -> None:
        """Forget the owner's answers."""
        with self.store().writing() as session:
            drafts.delete_draft(session, owner)

    def purge(self) -> None:
        """Forget every draft that has expired."""
        with self.store().writing() as session:
            drafts.purge_drafts(session)

"""The page of the ranking model says what is true before anything was trained, after, in use and taken back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import CLINIC
from stores import RING

from matcher.services import model_desk
from matcher.services.access import Person
from matcher.store.clinics import import_clinic
from matcher.store.store import Store, open_store
from matcher.ui import wording_owner as wo

OWNER = Person("a" * 32, "Owner", "owner")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    import_clinic(opened, replace(CLINIC, episodes=CLINIC.episodes.iloc[:0]))
    yield opened
    opened.close()


def test_a_model_kept_but_not_in_use_is_not_called_untrained_and_one_without_courses_says_so(store: Store) -> None:
    assert wo.NOT_TRAINED in words(open_app(store, OWNER, "ranking-model"))
    model = model_desk.retrain(OWNER, store)
    page = open_app(store, OWNER, "ranking-model")
    assert wo.NOT_TRAINED in words(page)
    assert "Nothing was trained" not in words(page)
    model_desk.put_in_use(OWNER, store, model.model_hash, None)
    page = open_app(store, OWNER, "ranking-model").button(key="look").click().run()
    assert not page.exception
    assert wo.LEARNED_NOTHING in words(page)
    model_desk.put_in_use(OWNER, store, None, model.model_hash)
    assert wo.NOT_TRAINED in words(open_app(store, OWNER, "ranking-model"))

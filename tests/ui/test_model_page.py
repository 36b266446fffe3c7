"""The page of the ranking model says what is true before anything was trained, after, in use and taken back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import CLINIC
from stores import RING

from matcher.ranking.persistence import save_model
from matcher.ranking.recommender import Recommender
from matcher.services import model_desk
from matcher.services.access import Person
from matcher.store.clinics import import_clinic
from matcher.store.models import add_model
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


def test_only_a_model_in_use_is_said_to_be_set_to_rank_and_its_card_tells_no_exact_count(
    store: Store, tmp_path: Path
) -> None:
    learned = Recommender().fit(CLINIC).learned_
    save_model(learned, tmp_path / "worse.joblib", window=("2025-01-03", "2025-12-03"), use_learned=False)
    with store.writing() as session:
        model_hash = add_model(session, tmp_path / "worse.joblib", "owner", use=False)
    page = open_app(store, OWNER, "ranking-model")
    assert wo.KEPT_BUT_UNUSED not in words(page)
    assert '"episodes": "not shown"' in page.code[0].value
    model_desk.put_in_use(OWNER, store, model_hash, None)
    assert wo.KEPT_BUT_UNUSED in words(open_app(store, OWNER, "ranking-model"))

"""The page of past matches: any of them is found, and whoever would have ranked is called by their right name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from made import client as made_client
from made import clients
from staff_app import open_app, words
from staffed import CLINIC
from stores import RING

from matcher.ranking.persistence import save_model
from matcher.ranking.recommender import Recommender
from matcher.services.access import Person
from matcher.store import slates
from matcher.store.clinics import import_clinic
from matcher.store.models import add_model
from matcher.store.store import Store, open_store
from matcher.ui import wording_owner as wo

OWNER, LEAD = Person("a" * 32, "Owner", "owner"), Person("c" * 32, "Lead", "lead")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store with a trained model, and a match of a client who had switched past matches off."""
    opened = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    client = clients(made_client("c1"))
    import_clinic(opened, replace(CLINIC, clients=client))
    save_model(Recommender().fit(CLINIC).learned_, tmp_path / "m.joblib", window=("2025-01-03", "2025-12-03"))
    published = Recommender().fit(replace(CLINIC, episodes=CLINIC.episodes.iloc[:0]))
    shown = replace(published.recommend(client, top=2, safety_checked=True)[0], published_only=True)
    with opened.writing() as session:
        add_model(session, tmp_path / "m.joblib", "owner", use=False)
        made_with = slates.MadeWith(slates.keep_catalogue(session, CLINIC.therapists), top=2, safety_checked=True)
        slates.save_slate(session, shown, client, made_with, slates.CLIENT)
    yield opened
    opened.close()


def test_past_matches_that_were_off_are_not_called_a_models(store: Store) -> None:
    page = open_app(store, OWNER, "past-matches")
    page = page.selectbox[0].select_index(0).run()
    assert not page.exception
    assert wo.AS_SHOWN in words(page)
    assert page.selectbox[1].options[0].startswith("the model of")
    page = page.button[0].click().run()
    assert not page.exception
    assert wo.PAST_OFF in words(page)
    assert wo.AGAIN_PAST_OFF in words(page)
    assert "As the model of" not in words(page)


def test_a_match_is_looked_for_by_number_and_day_and_by_a_lead_by_reference(store: Store) -> None:
    page = open_app(store, OWNER, "past-matches")
    assert page.text_input[0].label == wo.SOUGHT
    assert len(page.selectbox[0].options) == 1
    page = page.text_input[0].input("nothing of the kind").run()
    assert wo.NONE_FOUND in words(page)
    page = page.text_input[0].input("").run()
    page = page.date_input[0].set_value(date(2025, 1, 1)).run()
    assert not page.exception
    assert wo.NONE_FOUND in words(page)
    assert open_app(store, LEAD, "past-matches").text_input[0].label == wo.SOUGHT_BY_LEAD

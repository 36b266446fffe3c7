"""Two tabs of one client's browser: neither writes over what was answered in the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import fake_services
from walking import ENOUGH, OWNER, answers, choose, click, opened, tick, title

from matcher.domain.draft import Draft
from matcher.services.drafts import StoreDrafts
from matcher.store.keys import new_keyring
from matcher.store.store import Store, open_store
from matcher.ui import wiring
from matcher.ui import wording_start as ws


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> Iterator[Store]:
    opened_store = open_store(f"sqlite:///{tmp_path}/store.sqlite", new_keyring())
    drafts = StoreDrafts(lambda: opened_store)
    wiring.install(replace(fake_services(), drafts=drafts))
    drafts.save(OWNER, {**ENOUGH, "step": "meeting", "client_id": "a"}, Draft())
    yield opened_store
    opened_store.close()


def two_tabs():
    return click(opened()), click(opened())


def test_what_was_answered_in_another_tab_stays_and_shows_at_the_next_answer_here() -> None:
    here, there = two_tabs()
    tick(there, "formats", "telehealth")
    assert not here.checkbox(key="ask:formats:telehealth").value
    tick(here, "formats", "phone")
    assert answers()["formats"] == ["telehealth", "phone"]
    assert here.checkbox(key="ask:formats:telehealth").value
    assert here.checkbox(key="ask:formats:phone").value
    here.checkbox(key="ask:formats:telehealth").uncheck().run()
    assert answers()["formats"] == ["phone"]
    # The other tab had not seen that, and took nothing back.
    click(there)
    assert answers()["formats"] == ["phone"]


def test_a_page_another_tab_has_filled_in_is_drawn_with_its_answers() -> None:
    here, there = two_tabs()
    click(click(there))
    there.number_input(key="ask:max_fee").set_value(120).run()
    assert answers()["max_fee"] == 120
    click(click(here))
    assert here.number_input(key="ask:max_fee").value == 120
    assert answers()["max_fee"] == 120


def test_of_one_answer_changed_in_both_the_later_one_stays() -> None:
    here, there = two_tabs()
    click(here), click(there)
    choose(there, "soon", "month")
    choose(here, "soon", "two_weeks")
    assert answers()["soon"] == "two_weeks"
    click(there)
    assert answers()["soon"] == "two_weeks"


def test_two_tabs_begun_at_once_are_one_enquiry() -> None:
    wiring.services().drafts.delete(OWNER)
    here, there = opened(), opened()
    for tab in (here, there):
        click(tab)
        tab.checkbox(key="ask:before:consent_matching").check().run()
    click(here), click(there)
    assert {tab.session_state["answers"]["client_id"] for tab in (here, there)} == {answers()["client_id"]}


def test_a_code_is_still_shown_where_another_tab_answered_meanwhile() -> None:
    here, there = two_tabs()
    click(here, "later")
    tick(there, "formats", "phone")
    click(here, "show")
    assert title(here) == ws.LATER_TITLE
    assert any("CODE-" in element.proto.body for element in here.get("html"))
    assert answers()["formats"] == ["phone"]


def test_answers_deleted_in_one_tab_do_not_come_back_from_another_left_open() -> None:
    here, there = opened(), click(opened())
    click(here, "delete")
    assert answers() == {}
    tick(there, "formats", "phone")
    assert {code for code, value in answers().items() if value} <= {"formats", "client_id", "started_at"}
    # They agreed to nothing now, and are asked before anything else.
    there.run()
    assert title(there) == ws.BEFORE_TITLE

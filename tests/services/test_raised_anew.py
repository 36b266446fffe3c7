"""What is raised again after a call: every new yes and every new word of danger, and never the same words once more."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from staffed import INTAKE, NOW, SETTINGS, kinds, look, new_store

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails
from matcher.services.client_files import take_in_clients
from matcher.services.enquiring import Enquiring
from matcher.services.enquiry_words import danger_in
from matcher.services.phone_intake import PhoneIntake, begin_with, keep_phone_intake
from matcher.services.safety_lane import record_call, why_raised
from matcher.services.triage import queue
from matcher.store import notices
from matcher.store.column_maps import ColumnMap
from matcher.store.queue import Wanted
from matcher.store.store import Store

CALM = Client("a", (("depression", 2),))
YES = replace(CALM, risk_raised=True)
SAID_YES = {"client_id": "a", "concerns": ["depression"], "safety": "yes"}
CONTACT = ContactDetails("Ada", phone="0491 570 006")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.fixture
def desk(store: Store) -> Enquiring:
    return Enquiring(lambda: store, SETTINGS, lambda: None)


def spoke(store: Store, outcome: str = "spoke_go_on") -> None:
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, outcome, "Safe tonight", NOW)
    with store.writing() as session:
        notices.saw_notices(session, [notice.notice_id for notice in notices.unseen(session, ("intake",))])


def since_call(store: Store) -> list[str]:
    """Return the kinds of events since the last call about safety."""
    found = [kind for kind, _ in kinds(store, "a")]
    return found[len(found) - found[::-1].index("safety_call") :]


def is_on_top(store: Store) -> bool:
    """Tell whether they are raised in every way: in the lane, told of, noted, and open whatever was before."""
    kept = look(store, "a")
    with store.reading() as session:
        told = [notice.kind for notice in notices.unseen(session, ("intake",))]
    first = queue(INTAKE, store, Wanted(needs_person=True), NOW).lines
    signs = {
        kept.needs_person,
        kept.state != "closed",
        bool(first) and first[0].listed.client_id == "a",
        told == ["raised"],
        "risk_raised" in since_call(store),
    }
    assert len(signs) == 1, "raised in some ways and not in others"
    return signs.pop()


@pytest.mark.parametrize("outcome", ["spoke_go_on", "spoke_elsewhere"])
@pytest.mark.parametrize("way", ["help", "request"])
def test_a_second_yes_after_a_call_is_raised_again_closed_or_not(
    desk: Enquiring, store: Store, outcome: str, way: str
) -> None:
    desk.raise_risk(YES, ["safety_answer"], SAID_YES)
    spoke(store, outcome)
    if way == "help":
        desk.raise_risk(YES, ["safety_answer"], SAID_YES)
    else:
        desk.send(YES, ClientRequest("call_me", CONTACT), SAID_YES)
    assert is_on_top(store)
    due = look(store, "a").due_at
    assert due is not None
    assert abs(due - look(store, "a").updated_at) < timedelta(minutes=1)


def test_the_same_words_are_not_and_other_words_are(desk: Enquiring, store: Store) -> None:
    said = replace(YES, about="I want to end my life")
    desk.raise_risk(said, ["suicide"], {"client_id": "a"})
    spoke(store, "spoke_elsewhere")
    desk.raise_risk(said, ["suicide"], {"client_id": "a"})
    assert not look(store, "a").needs_person
    desk.raise_risk(replace(said, about="I want to end my life tonight"), ["suicide"], {"client_id": "a"})
    assert is_on_top(store)


def test_a_yes_while_the_first_still_waits_changes_nothing_but_never_comes_later(desk: Enquiring, store: Store) -> None:
    first = desk.raise_risk(YES, ["safety_answer"], SAID_YES)
    due = look(store, "a").due_at
    assert desk.raise_risk(YES, ["safety_answer"], SAID_YES) == first
    assert [kind for kind, _ in kinds(store, "a")] == ["risk_raised"]
    # New words are noted, and whoever waits longest stays first.
    desk.raise_risk(replace(YES, about="I want to end my life"), ["suicide", "safety_answer"], SAID_YES)
    assert [kind for kind, _ in kinds(store, "a")] == ["risk_raised"] * 2
    assert look(store, "a").due_at == due


def test_a_risky_concern_is_known_as_one_and_only_once(desk: Enquiring, store: Store) -> None:
    chosen = replace(YES, concerns=(("self_harm", 2),))
    assert danger_in(chosen, ()).why == ("self_harm",)
    request = ClientRequest("choose_for_me", CONTACT)
    desk.send(chosen, request, {"client_id": "a", "concerns": ["self_harm"]})
    rules = [rule.rule for rule in why_raised(chosen, look(store, "a"))]
    assert rules == ["Chose self-harm or thoughts of suicide as a concern"]
    spoke(store)
    desk.send(chosen, request, {"client_id": "a", "concerns": ["self_harm"]})
    assert not look(store, "a").needs_person
    desk.send(chosen, request, {**SAID_YES, "concerns": ["self_harm"]})
    assert is_on_top(store)


def by_phone(store: Store, **more: Any) -> None:
    begun = begin_with(INTAKE, store, "a")
    keep_phone_intake(INTAKE, store, SETTINGS, PhoneIntake({**begun.answers, **more}, CONTACT, "call_me", begun), NOW)


@pytest.mark.parametrize("outcome", ["spoke_go_on", "spoke_elsewhere"])
def test_danger_is_asked_about_anew_in_each_call_and_a_second_yes_raised(
    desk: Enquiring, store: Store, outcome: str
) -> None:
    desk.raise_risk(YES, ["safety_answer"], SAID_YES)
    spoke(store, outcome)
    assert "safety" not in begin_with(INTAKE, store, "a").answers
    by_phone(store, formats=["phone"])
    assert not look(store, "a").needs_person
    assert look(store, "a").private["answers"]["safety"] == "yes"
    by_phone(store, safety="yes")
    assert is_on_top(store)


def take_in(store: Store, risk: str, added: str = "2026-11-04", about: str = "") -> None:
    frame = pd.DataFrame([{"client_id": "a", "risk_raised": risk, "enquired_at": added, "about": about}], dtype=str)
    wanted = ColumnMap({name: name for name in frame}, {})
    take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "")


def test_a_yes_in_a_file_is_raised_where_the_file_says_it_anew(store: Store) -> None:
    take_in(store, "yes")
    assert look(store, "a").needs_person
    spoke(store, "spoke_elsewhere")
    # The row stands in the export as long as they wait, and a blank says nothing.
    take_in(store, "")
    take_in(store, "yes")
    assert not look(store, "a").needs_person
    take_in(store, "yes", added="2026-11-21")
    assert is_on_top(store)


def test_a_yes_a_file_took_back_is_new_when_it_says_it_again(store: Store) -> None:
    take_in(store, "yes")
    spoke(store)
    take_in(store, "no")
    assert not look(store, "a").needs_person
    take_in(store, "yes")
    assert is_on_top(store)


def test_a_yes_in_a_file_after_one_on_the_web_is_raised(desk: Enquiring, store: Store) -> None:
    desk.raise_risk(YES, ["safety_answer"], SAID_YES)
    spoke(store)
    take_in(store, "")
    assert not look(store, "a").needs_person
    take_in(store, "yes")
    assert is_on_top(store)


@pytest.mark.parametrize("field", ["name", "pronouns", "note"])
def test_danger_written_in_any_field_of_a_request_is_raised(desk: Enquiring, store: Store, field: str) -> None:
    desk.send(CALM, ClientRequest("call_me", replace(CONTACT, **{field: "I want to kill myself"})), {"client_id": "a"})
    assert look(store, "a").needs_person
    desk.send(replace(CALM, client_id="b"), ClientRequest("call_me", replace(CONTACT, name="王伟")), {"client_id": "b"})
    kept = look(store, "b")
    assert (kept.needs_person, kept.needs_reading) == (False, False)

"""The phone intake as staff fill it in: nothing typed or known is lost by looking at another page meanwhile."""

from dataclasses import replace
from pathlib import Path

import pytest
from staff_app import Live, go, open_app, words
from staffed import CLINIC, INTAKE, NOW, enquire, kinds, look, new_store, ranking

from matcher.clinic.rows import therapists_from
from matcher.services.list_placing import waiting_people
from matcher.services.phone_intake import begin_with
from matcher.store.queue import open_clients
from matcher.store.rows import Contact, client_of
from matcher.store.store import Store
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_phone as wp


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def field(app, kind: str, ending: str):
    return next(found for found in getattr(app, kind) if found.key.endswith(f":{ending}"))


def tick(app, name: str):
    field(app, "checkbox", name).check()
    return app


def press(app, label: str):
    app = next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def keep(app):
    app = app.button(key="phone:keep").click().run()
    assert not app.exception
    return app


def test_what_is_known_is_not_blanked_by_looking_at_another_page_meanwhile(store: Store) -> None:
    known = {"safe_contact": ["text"], "answers": {"hopes": "To sleep"}}
    ada = Contact("Ada Rao", "ada@example.org", "0491 570 156")
    enquire(store, "a", contact=ada, private=known, consent_matching_at=NOW, state="contacted")
    reference, before = look(store, "a").reference, begin_with(INTAKE, store, "a")
    app = go(open_app(store), "phone-intake", r=reference)
    field(app, "text_area", "good_outcome").set_value("To work again").run()
    app = go(app, "enquiries")
    assert not [found for found in app.text_input if "contact phone" in found.key]
    app = go(app, "phone-intake", r=reference)
    assert field(app, "text_input", "contact phone").value == "0491 570 156"
    app = keep(app)
    assert app.title[0].value == f"{w.CASE_TITLE} {reference}"
    after = begin_with(INTAKE, store, "a")
    assert after.contact == before.contact
    assert after.answers == before.answers | {"good_outcome": "To work again"}
    assert after.enquiry.private["safe_contact"] == ["text"]
    assert after.enquiry.consent_matching_at == NOW
    # The next time it begins from what is known then.
    app = go(app, "phone-intake", r=reference)
    assert field(app, "text_area", "good_outcome").value == "To work again"


def test_a_half_filled_intake_waits_on_its_page_and_the_next_one_is_blank(store: Store) -> None:
    app = go(open_app(store), "phone-intake")
    field(app, "multiselect", "concerns").set_value(["sleep"]).run()
    field(app, "text_input", "contact name").set_value("Eve Tran").run()
    app = go(go(app, "enquiries"), "phone-intake")
    assert field(app, "multiselect", "concerns").value == ["sleep"]
    assert field(app, "text_input", "contact name").value == "Eve Tran"
    assert "An unfinished intake stands in the fields, begun" in words(app)
    app = go(keep(keep(app)), "phone-intake")
    assert "An unfinished intake" not in words(app)
    assert wp.PHONE_LEAD in [found.value for found in app.markdown]
    assert field(app, "text_input", "contact name").value == ""
    assert field(app, "multiselect", "concerns").value == []


def test_what_one_caller_told_is_cleared_for_the_next_one(store: Store) -> None:
    app = go(go(open_app(store, first="phone-intake"), "enquiries"), "phone-intake")
    # Nobody told anything yet.
    assert wp.PHONE_ANEW not in [button.label for button in app.button]
    field(app, "text_input", "contact name").set_value("Eve Tran").run()
    field(app, "text_area", "about").set_value("I cannot sleep").run()
    # Whoever fills it in goes on without being told of what they are doing.
    assert wp.PHONE_ANEW not in [button.label for button in app.button]
    app = press(go(go(app, "enquiries"), "phone-intake"), wp.PHONE_ANEW)
    assert field(app, "text_input", "contact name").value == ""
    assert field(app, "text_area", "about").value == ""
    assert wp.PHONE_ANEW not in [button.label for button in app.button]
    app = go(go(app, "enquiries"), "phone-intake")
    assert "Eve Tran" not in [found.value for found in app.text_input]


def intake(store: Store, **contact: str):
    app = open_app(store, first="phone-intake")
    field(app, "multiselect", "concerns").set_value(["depression"])
    for name, given in contact.items():
        field(app, "text_input", f"contact {name}").set_value(given)
    return app.run()


@pytest.mark.parametrize(
    ("contact", "wants", "said"),
    [
        ({}, "choose_for_me", wp.NO_WAY),
        ({"email": "eve@example.org"}, "call_me", wp.NO_PHONE_TO_CALL),
        ({"phone": "12"}, "choose_for_me", wp.NOT_A_PHONE),
        ({"email": "eve at home"}, "choose_for_me", wp.NOT_AN_EMAIL),
    ],
)
def test_what_the_web_would_not_go_on_without_is_said_and_kept_on_another_click(
    store: Store, contact: dict[str, str], wants: str, said: str
) -> None:
    app = tick(intake(store, **contact), "consent_matching")
    field(app, "radio", "wants").set_value(wants)
    app = keep(app)
    assert said in words(app)
    assert wp.NOT_AGREED not in words(app)
    assert keep(app).title[0].value.startswith(w.CASE_TITLE)


def test_without_agreeing_they_are_kept_for_a_person_and_nobody_is_suggested(store: Store) -> None:
    app = intake(store, phone="0491 570 006")
    assert wp.CONSENT_WITHOUT in words(app)
    app = keep(app)
    assert wp.NOT_AGREED in words(app)
    app = keep(app)
    assert w.TOOK_BACK in words(app)
    assert w.SUGGESTED not in [header.value for header in app.header]
    people = waiting_people(INTAKE, store, ranking(store))
    assert (people.lines, len(people.left_out["took_back"])) == ({}, 1)
    (line,) = people.left_out["took_back"]
    assert kinds(store, line.client_id)[-1] == ("consent_withheld", None)
    app = keep(tick(press(app, w.COMPLETE), "consent_matching"))
    assert w.SUGGESTED in [header.value for header in app.header]


def test_whom_they_ask_for_is_asked_and_forgotten_where_they_choose_otherwise(store: Store) -> None:
    app = tick(intake(store, phone="0491 570 006"), "consent_matching")
    field(app, "radio", "wants").set_value("therapist")
    app = keep(app.run())
    assert wp.PHONE_WHOM in words(app)
    field(app, "selectbox", "asked for").set_value("t2")
    app = keep(app)
    with store.reading() as session:
        (client_id,) = open_clients(session)
    kept = look(store, client_id)
    assert (kept.wants, kept.therapist_id, kept.private["asked_for"]) == ("therapist", "t2", "t2")
    app = press(app, w.COMPLETE)
    assert field(app, "selectbox", "asked for").value == "t2"
    field(app, "radio", "wants").set_value("choose_for_me")
    keep(app.run())
    kept = look(store, client_id)
    assert (kept.wants, kept.therapist_id, kept.private["asked_for"]) == ("choose_for_me", None, None)


def test_a_fee_keeps_its_cents_and_a_community_of_the_clinics_own_is_a_choice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = therapists_from(CLINIC.therapists)
    monkeypatch.setattr(Live, "therapists", lambda self: [replace(people[0], identities=("deaf",)), *people[1:]])
    enquire(store, "a", max_fee=187.5, identities=("deaf",), private={"answers": {"culture": ["deaf"]}})
    app = go(open_app(store), "phone-intake", r=look(store, "a").reference)
    assert field(app, "number_input", "max_fee").value == 187.5
    assert field(app, "multiselect", "culture").value == ["deaf"]
    assert "Deaf" in field(app, "multiselect", "culture").options
    assert "<dd>$187.50 a session</dd>" in words(keep(keep(app)))
    with store.reading() as session:
        client = client_of(session, "a", "x").value
    assert (client.max_fee, client.identities) == (187.5, ("deaf",))
    app = open_app(store, first="phone-intake")
    assert "Deaf" in field(app, "multiselect", "culture").options


@pytest.mark.parametrize("name", ["contact name", "contact pronouns", "contact note"])
def test_danger_in_any_field_is_shown_and_raised(store: Store, name: str) -> None:
    app = open_app(store, first="phone-intake")
    field(app, "text_input", name).set_value("I want to kill myself").run()
    # Beside the question about danger, where whoever talks looks, and at the end beside the button.
    assert [found.value for found in app.error] == [wp.PHONE_DANGER] * 2
    app = keep(app)
    assert w.WHY_RAISED in [header.value for header in app.header]

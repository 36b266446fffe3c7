"""The staff's pages: what stands on them, what a click does, and what two people at once are told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import INTAKE, NOW, OTHER, OWNER, enquire, held, kinds, look, new_store, open_places, ranking

from matcher.domain.vocabulary import FORMATS
from matcher.services.fit_checks import PURPOSE
from matcher.services.offers import Offer, offer
from matcher.services.safety_lane import OUTCOMES
from matcher.services.therapist_desk import keep_profile, profile
from matcher.store import enquiries
from matcher.store.codes import open_code
from matcher.store.rows import Contact
from matcher.store.store import Store
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_phone as wp
from matcher.ui import wording_therapists as wt
from matcher.ui.wording_fit import REASONS as CHANGE_REASONS


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    ada = Contact("Ada Rao", "ada@example.org", "0491 570 156")
    kept = {"safe_contact": ["text"], "answers": {"hopes": "To sleep"}}
    enquire(store, "a", contact=ada, wants="choose_for_me", language="zh", about="I worry <b>all</b> day", private=kept)
    enquire(store, "b", contact=Contact("Bo Lind"), needs_person=True, about="I want to kill myself")
    return store


def case(store: Store, client_id: str, person=INTAKE):
    app = open_app(store, person)
    reference = look(store, client_id).reference
    button = next(b for b in app.button if b.label == reference)
    app = button.click().run()
    assert not app.exception
    assert app.title[0].value == f"{w.CASE_TITLE} {reference}"
    return app


def press(app, label: str):
    button = next(b for b in app.button if b.label == label)
    app = button.click().run()
    assert not app.exception
    return app


def test_the_queue_puts_danger_on_top_and_everybody_else_below(store: Store) -> None:
    app = open_app(store)
    assert not app.exception
    said = words(app)
    assert said.index("Bo Lind") < said.index("Ada Rao")
    assert w.LANE_LEAD in said
    assert "Choose somebody and offer" in said
    assert "Call now, and record the call" in said


def test_nobody_in_danger_has_suggestions_until_a_call_is_on_record(store: Store) -> None:
    app = case(store, "b")
    said = words(app)
    assert "kill myself" in said
    assert w.RULES_ARE_NO_RATING in said
    assert w.SUGGESTED not in [header.value for header in app.header]
    assert not [button for button in app.button if button.label == w.OFFER]
    app.radio[0].set_value("spoke_go_on")
    next(area for area in app.text_area if area.label == w.CALL_NOTE).set_value("Safe with her sister tonight")
    app = press(app, w.RECORD_CALL)
    assert w.CALL_KEPT in words(app)
    assert w.SUGGESTED in [header.value for header in app.header]
    assert OUTCOMES["spoke_go_on"] in words(app)
    assert not look(store, "b").needs_person


def test_one_enquiry_says_its_story_its_safe_ways_and_who_is_suggested(store: Store) -> None:
    said = words(case(store, "a"))
    assert "I worry &lt;b&gt;all&lt;/b&gt; day" in said
    assert "To sleep" in said
    assert w.SAFE_ONLY.format(ways="text messages") in said
    assert "0491 570 156" in said
    assert "Expected benefit" in said
    assert "3 open" not in said


def test_offer_book_and_close_from_the_page(store: Store) -> None:
    app = press(case(store, "a"), w.OFFER)
    assert "The place is held until" in words(app)
    (place,) = held(store, "a")
    assert place.held_until is not None
    next(d for d in app.date_input if d.label == w.FIRST_DAY).set_value((NOW + timedelta(days=400)).date())
    app = press(app, w.BOOK)
    assert w.BOOKED in words(app)
    assert look(store, "a").state == "booked"
    assert held(store, "a")[0].held_until is None
    next(s for s in app.selectbox if s.label == w.CLOSE_WHY).set_value("started")
    app = press(app, w.CLOSE)
    assert look(store, "a").closed_reason == "started"


def test_who_comes_second_to_the_last_place_is_told(store: Store) -> None:
    enquire(store, "c")
    app = case(store, "a")
    first = next(b for b in app.button if b.label == w.OFFER)
    therapist = first.key.removeprefix("offer:")
    while open_places(store, therapist):
        client_id = f"x{open_places(store, therapist)}"
        enquire(store, client_id)
        offer(OTHER, store, ranking(store), client_id, 1, Offer(therapist, reason="other"), NOW + timedelta(days=900))
    # The page still shows the place: it was drawn before.
    app = first.click().run()
    said = words(app)
    assert w.NO_PLACE in said
    assert held(store, "a") == []


def test_what_somebody_else_changed_is_told_and_not_written_over(store: Store) -> None:
    app = case(store, "a")
    with store.writing() as session:
        enquiries.change_enquiry(session, "a", 1, "a2", state="waiting")
    app = press(app, w.OFFER)
    assert w.STALE_VERSION in words(app)
    assert (look(store, "a").state, held(store, "a")) == ("waiting", [])
    app = press(app, w.OFFER)
    assert look(store, "a").state == "offered"


def test_a_phone_intake_gives_the_same_record_as_the_web(store: Store) -> None:
    app = open_app(store, first="phone-intake")
    assert not app.exception
    app = press(app, wp.PHONE_KEEP)
    assert "Choose at least one thing" in words(app)
    next(m for m in app.multiselect if m.key.endswith(":concerns")).set_value(["sleep"])
    next(t for t in app.text_input if t.key.endswith("contact name")).set_value("Eve Tran")
    next(t for t in app.text_input if t.key.endswith("contact phone")).set_value("0491 570 006")
    next(c for c in app.checkbox if c.key.endswith(":consent_matching")).check()
    next(r for r in app.radio if r.key.endswith(":language")).set_value("zh")
    next(a for a in app.text_area if a.key.endswith(":hopes")).set_value("To sleep through")
    app = press(app, wp.PHONE_KEEP)
    assert app.title[0].value.startswith(w.CASE_TITLE)
    said = words(app)
    assert "Eve Tran" in said
    assert "To sleep through" in said
    assert w.SOURCES["phone"] in said
    assert w.LANGUAGES["zh"] in said


def test_danger_said_on_the_telephone_goes_on_top(store: Store) -> None:
    app = open_app(store, first="phone-intake")
    next(a for a in app.text_area if a.key.endswith(":about")).set_value("I want to kill myself").run()
    assert wp.PHONE_DANGER in words(app)
    app = press(app, wp.PHONE_KEEP)
    assert w.WHY_RAISED in [header.value for header in app.header]


def test_a_profile_is_kept_and_what_others_changed_meanwhile_is_not_written_over(store: Store) -> None:
    app = open_app(store, first="therapists")
    app.selectbox[0].set_value("t1").run()
    assert not app.exception
    before = profile(INTAKE, store, "t1")
    keep_profile(OTHER, store, before, replace(before.therapist, bio="Jo wrote this"), before.limits)
    next(a for a in app.text_area if a.key.endswith(":bio")).set_value("Mira wrote this")
    app = press(app, wt.KEEP)
    assert w.STALE_VERSION in words(app)
    # Nothing typed is lost, and what the other person wrote in the same field is said.
    assert next(a for a in app.text_area if a.key.endswith(":bio")).value == "Mira wrote this"
    assert "Jo wrote this" in words(app)
    assert profile(INTAKE, store, "t1").therapist.bio == "Jo wrote this"
    app = press(app, wt.KEEP)
    assert wt.KEPT in words(app)
    assert wt.TYPED_AGAIN not in words(app)
    assert profile(INTAKE, store, "t1").therapist.bio == "Mira wrote this"


def test_an_owner_has_no_staff_page_with_clients(store: Store) -> None:
    app = open_app(store, OWNER)
    assert app.title[0].value != w.QUEUE_TITLE
    assert "Ada Rao" not in words(app)


def test_the_list_is_placed_edited_and_accepted(store: Store) -> None:
    for client_id in "def":
        enquire(store, client_id)
    enquire(store, "g", concerns=())
    app = open_app(store, first="place-list")
    said = words(app)
    assert "4 of 4 clients placed" in said
    left = "; ".join(w.LEFT_OUT_WHY[why].format(n=1) for why in ("raised", "unnamed"))
    assert w.LEFT_OUT.format(which=left) in said
    assert w.LEFT_OUT_DO["unnamed"] in said
    assert app.button(key=f"left:{look(store, 'g').reference}")
    app = next(b for b in app.button if b.label == w.NOT_THEM).click().run()
    assert not app.exception
    assert w.SETTLED in words(app)
    app = press(app, w.ACCEPT_ALL.format(n=4))
    assert w.ACCEPTED.format(n=4) in words(app)
    assert {look(store, client_id).state for client_id in "adef"} == {"offered"}


@pytest.mark.slow
def test_a_form_sent_without_a_choice_says_what_is_missing(store: Store) -> None:
    app = case(store, "a")
    for label, missing in ((w.LOG, w.CHOOSE_OUTCOME), (w.CLOSE, w.CHOOSE_WHY)):
        app = press(app, label)
        assert missing in words(app)
    app = next(b for b in app.button if b.label == w.OFFER and "FormSubmitter" in b.key).click().run()
    assert w.CHOOSE_WHO in words(app)
    assert (look(store, "a").state, held(store, "a")) == ("new", [])


def test_somebody_beyond_the_suggestions_is_offered_with_a_reason(store: Store) -> None:
    app = case(store, "a")
    other = next(s for s in app.selectbox if s.key == "else:who")
    assert len(other.options) == 1
    other.select_index(0)
    app = next(b for b in app.button if b.label == w.OFFER and "FormSubmitter" in b.key).click().run()
    assert "say why" in words(app)
    next(s for s in app.selectbox if s.key == "else:who").select_index(0)
    next(s for s in app.selectbox if s.key == "else:why").set_value("clinical")
    app = next(b for b in app.button if b.label == w.OFFER and "FormSubmitter" in b.key).click().run()
    assert "The place is held until" in words(app)
    assert kinds(store, "a")[-1] == ("offered", "clinical")


def test_an_enquiry_is_completed_by_phone_without_losing_what_is_known(store: Store) -> None:
    app = press(case(store, "a"), w.COMPLETE)
    assert wp.PHONE_COMPLETES.format(reference=look(store, "a").reference) in words(app)
    assert next(a for a in app.text_area if a.key.endswith(":hopes")).value == "To sleep"
    assert next(m for m in app.multiselect if m.key.endswith(":concerns")).value == ["depression"]
    assert next(t for t in app.text_input if t.key.endswith("contact phone")).value == "0491 570 156"
    next(m for m in app.multiselect if m.key.endswith(":formats")).set_value(["telehealth"])
    next(c for c in app.checkbox if c.key.endswith(":consent_matching")).check()
    app = press(app, wp.PHONE_KEEP)
    assert app.title[0].value == f"{w.CASE_TITLE} {look(store, 'a').reference}"
    said = words(app)
    assert "To sleep" in said
    assert f"<dd>{FORMATS['telehealth']}</dd>" in said
    assert look(store, "a").private["safe_contact"] == ["text"]
    assert (look(store, "a").source, look(store, "a").language) == ("web", "zh")


def test_why_somebody_would_like_to_change_stands_on_top_of_their_story(store: Store) -> None:
    asked = {"therapist_id": "t2", "session_number": 3, "reasons": ["pushed"], "note": "Too fast"}
    enquire(store, "c", source="change", private={"change_asked": asked})
    said = words(case(store, "c"))
    assert w.CHANGE_FROM.format(name="Ben Okafor", n=3) in said
    assert CHANGE_REASONS["pushed"] in said
    assert "Too fast" in said


def test_a_code_for_a_fit_check_is_shown_once(store: Store) -> None:
    app = press(press(case(store, "a"), w.OFFER), w.BOOK)
    app = press(app, w.FIT_CODE)
    (code,) = [element.value for element in app.code]
    with store.writing() as session:
        assert open_code(session, code, PURPOSE) is not None
    assert not app.run().code

"""Asking for somebody: what is needed and no more, safe ways only, and a summary that is the client's alone."""

from datetime import UTC, datetime

import pytest
from asgi import ask
from fakes import HOSTILE, fake_services
from starlette.applications import Starlette
from starlette.routing import Route
from walking import AGREED, OWNER, answers, click, title, to, words_of

from matcher.domain.enquiry import ClientRequest, ContactDetails, Receipt, Standing
from matcher.ui import wiring
from matcher.ui import wording_matches as w
from matcher.ui.drafts import DRAFT_HEADER
from matcher.ui.request import LONGEST, contact, problems, receipt, wanted
from matcher.ui.server import app_parts
from matcher.ui.summary import PATH, save_summary, summary_file
from matcher.ui.wording_start import HELP_TITLE


@pytest.fixture
def services():
    return wiring.install(fake_services())


@pytest.fixture
def request_page(services):
    return click(to("matches"), "choose-1")


def write(app, field, text):
    box = next(one for one in (*app.text_input, *app.text_area) if one.key == f"ask:contact:{field}")
    box.set_value(text).run()


def safe(app, *ways):
    for way in ways:
        app.checkbox(key=f"ask:safe:{way}").check().run()


def test_nothing_is_ticked_or_filled_in_beforehand(request_page):
    assert title(request_page) == w.REQUEST_TITLE
    assert not any(box.value for box in request_page.checkbox)
    assert not any(one.value for one in request_page.text_input)


@pytest.mark.parametrize(("whom", "said"), [("child", [w.REQUEST_CARER]), ("me", [])])
@pytest.mark.usefixtures("services")
def test_a_carer_is_told_that_the_request_asks_how_to_reach_them(whom, said):
    assert [box.value for box in click(to("matches", for_whom=whom), "choose-1").info] == said


def test_a_request_is_sent_with_who_how_and_from_which_slate(services, request_page):
    write(request_page, "name", "Sam")
    write(request_page, "pronouns", "they/them")
    write(request_page, "phone", "(02) 5550 0199")
    write(request_page, "note", "After six")
    safe(request_page, "phone", "text")
    click(request_page)
    assert title(request_page) == w.SENT_TITLE
    ((client, request, given),) = services.enquiries.called("send")
    details = ContactDetails("Sam", "they/them", "(02) 5550 0199", "", ("phone", "text"), "After six")
    assert request == ClientRequest("therapist", details, "t1", "slate-1")
    assert client.client_id == given["client_id"]
    said = words_of(request_page)
    assert "KOALA-4821" in said
    assert "Asha Demir still has a place" in said
    assert "2:30 pm on Tuesday 24 November 2026" in said
    assert "Nobody watches this page live" in said


@pytest.mark.parametrize(
    ("wants", "given", "wrong"),
    [
        ("therapist", {}, [w.PROBLEM_NO_WAY]),
        ("call_me", {"email": "a@example.org", "safe": ["email"]}, [w.PROBLEM_PHONE_NEEDED]),
        ("therapist", {"phone": "12", "safe": ["phone"]}, [w.PROBLEM_PHONE]),
        ("therapist", {"phone": "call mum", "safe": ["phone"]}, [w.PROBLEM_PHONE]),
        ("therapist", {"email": "me at home", "safe": ["email"]}, [w.PROBLEM_EMAIL]),
        ("therapist", {"phone": "0491 570 006"}, [w.PROBLEM_SAFE]),
        ("therapist", {"phone": "0491 570 006", "safe": ["email"]}, [w.PROBLEM_SAFE]),
        ("call_me", {"phone": "0491 570 006", "safe": ["text"]}, [w.PROBLEM_CALL_SAFE]),
        ("therapist", {"phone": "0491 570 006", "safe": ["text"], "name": "x" * 101}, [w.PROBLEM_LONG]),
        ("choose_for_me", {"email": "a.b@example.org", "safe": ["email"]}, []),
        ("call_me", {"phone": "+61 491 570 006", "safe": ["phone"]}, []),
    ],
)
def test_what_is_missing_is_said_kindly(wants, given, wrong):
    found = problems(wants, contact({"contact": given}))
    assert [problem.message for problem in found] == [text.format(most=LONGEST["name"]) for text in wrong]


def test_a_problem_is_named_on_top_and_at_its_field(services, request_page):
    click(request_page)
    said = words_of(request_page)
    assert said.count(w.PROBLEM_NO_WAY) == 2
    assert not services.enquiries.called("send")
    assert title(request_page) == w.REQUEST_TITLE


def test_what_was_written_is_kept_over_pages_and_reloads(request_page):
    write(request_page, "phone", "0491 570 006")
    safe(request_page, "text")
    click(request_page, "back")
    assert title(request_page) == w.MATCHES_TITLE
    click(request_page, "choose-2")
    box = next(one for one in request_page.text_input if one.key == "ask:contact:phone")
    assert box.value == "0491 570 006"
    assert request_page.checkbox(key="ask:safe:text").value


def test_words_of_danger_in_the_note_go_the_safety_way(services, request_page):
    write(request_page, "phone", "0491 570 006")
    safe(request_page, "phone")
    write(request_page, "note", "I want to end it all")
    click(request_page)
    assert title(request_page) == HELP_TITLE
    assert services.enquiries.called("raise_risk")
    assert not services.enquiries.called("send")


SENT = {
    "request": {"wants": "therapist", "therapist_id": "t1"},
    "receipt": {"reference": "KOALA-4821", "answer_by": "2026-11-24T03:30:00+00:00"},
    "contact": {"phone": "0491 570 006", "safe": ["text"]},
}


def test_who_comes_back_sees_their_request_and_may_change_it_without_making_a_second(services):
    app = click(to("matches", **SENT), "sent")
    assert "KOALA-4821" in words_of(app)
    click(app, "change")
    click(app)
    assert title(app) == w.SENT_TITLE
    assert len(services.enquiries.called("send")) == 1


@pytest.mark.parametrize("now", ["new", "booked", "closed", None])
def test_who_comes_back_sees_where_it_is_now(services, now):
    services.enquiries.state = now
    said = words_of(click(to("matches", **SENT), "sent"))
    assert all((words in said) == (state == now) for state, words in w.STATES.items())


def test_a_request_can_be_taken_back(services):
    app = click(to("matches", **SENT), "sent")
    client_id = answers()["client_id"]
    click(app, "withdraw")
    assert services.enquiries.called("withdraw") == [(client_id,)]
    assert answers() == {}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"wants": "choose_for_me"}, w.SENT_CHOOSE),
        ({"wants": "call_me"}, w.SENT_CALL),
    ],
)
def test_what_happens_next_is_that_of_what_was_asked(services, asked, words):
    assert words in words_of(click(to("matches", **{**SENT, "request": asked}), "sent"))


@pytest.mark.parametrize("kept", [None, "x", {}, {"wants": "everything"}, {"wants": "therapist", "therapist_id": 3}])
def test_a_broken_draft_asks_for_nobody(kept):
    assert wanted({"request": kept}) is None
    assert receipt({"receipt": None}) is None


def test_the_summary_holds_what_was_said_and_not_what_could_harm(services):
    app = click(
        to(
            "matches",
            **SENT,
            about="I worry <b>a lot</b>",
            safety="no",
            severity={"sleep": "lot"},
            avoid_words="my boss",
        ),
        "sent",
    )
    click(app, "summary")
    said = words_of(app)
    assert "I worry &lt;b&gt;a lot&lt;/b&gt;" in said
    assert "Sleep: A lot" in said
    assert "You are asking for Asha Demir." in said
    assert "ending your life" not in said
    assert "my boss" not in said
    assert f'href="{PATH}"' in said
    click(app, "back")
    assert title(app) == w.SENT_TITLE


def test_the_summary_joins_answers_as_its_language_does():
    given = {"formats": ["phone", "telehealth"], "severity": {"sleep": "lot"}, "concerns": ["sleep"], "for_whom": "me"}
    settings = wiring.services().settings
    english = summary_file(given, None, lambda one: "", settings)
    chinese = summary_file({**given, "language": "zh"}, None, lambda one: "", settings)
    assert "By phone, By video" in english
    assert "Sleep: A lot" in english
    assert english.index("Who would see the therapist?") < english.index("What would you like help with?")
    assert "电话和视频" in chinese
    assert "睡眠：" in chinese


def test_a_summary_promises_what_is_promised_now_and_nothing_once_it_was_answered():
    settings = wiring.services().settings
    later = Receipt("WOMBAT-7310", datetime(2026, 11, 26, 0, 15, tzinfo=UTC))

    def told(standing):
        return summary_file(SENT, standing, lambda one: "Asha Demir", settings)

    waits = told(Standing("waiting", urgent=False, told=later))
    assert "WOMBAT-7310" in waits
    assert "11:15 am on Thursday 26 November 2026" in waits
    assert "KOALA-4821" not in waits
    booked = told(Standing("booked", urgent=False, told=later))
    assert "WOMBAT-7310" in booked
    assert "A person answers by" not in booked
    assert "Asha Demir" not in told(None)


def test_an_empty_summary_says_so():
    assert w.SUMMARY_EMPTY in summary_file({}, None, lambda one: "", wiring.services().settings)


def test_the_file_is_made_for_the_browser_that_asks_and_kept_nowhere(services):
    given = {
        **AGREED,
        "about": HOSTILE,
        "looked_at": ["t1", "gone"],
        "exclude_therapists": ["t2"],
        "client_id": "a",
        **SENT,
    }
    services.drafts.save(OWNER, given)
    app = Starlette(routes=[Route(PATH, save_summary)])
    reply = ask(app, PATH, headers=[(DRAFT_HEADER, OWNER)])
    assert "<script>" not in reply.body
    assert "&lt;script&gt;" in reply.body
    assert reply.body.count("Asha Demir") == 2
    assert "Ben Okafor" in reply.body
    assert "13 11 14" in reply.body
    assert reply.header("cache-control") == "no-store"
    assert (reply.header("content-disposition") or "").startswith("attachment")
    for headers in ((), [(DRAFT_HEADER, "1" * 64)]):
        assert w.SUMMARY_EMPTY in ask(app, PATH, headers=headers).body
    assert PATH in {route.path for route in app_parts(services)["routes"]}

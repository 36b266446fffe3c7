"""Every page and its branches, drawn by Streamlit's own test runner on small fakes."""

import logging
from dataclasses import replace

import pytest
from fakes import FakeMatching, fake_services
from streamlit.testing.v1 import AppTest

from matcher.domain.recommendation import Slate
from matcher.ui import wiring
from matcher.ui import wording as w
from matcher.ui import wording_matches as wm
from matcher.ui.journey import STEPS
from matcher.ui.server import PAGE_SCRIPT

OWNER = "0" * 64


@pytest.fixture
def services():
    return wiring.install(fake_services())


@pytest.fixture
def app(services):
    return opened()


def opened(owner=OWNER):
    app = AppTest.from_file(str(PAGE_SCRIPT), default_timeout=20)
    app.user = {"draft": owner} if owner else {}
    return app.run()


def click(app, key="continue"):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def title(app):
    return app.title[0].value


def to(app, step, **answers):
    """Go to a step with some answers already given."""
    services = wiring.services()
    services.drafts.save(OWNER, {"concerns": ["sleep"], **answers})
    app = opened()
    click(app)
    while title(app) != {**STEPS, "matches": wm.MATCHES_TITLE}.get(step):
        click(app)
    return app


def tick(app, question, code):
    app.checkbox(key=f"ask:{question}:{code}").check().run()


def answers(services):
    return services.drafts.load(OWNER)


def test_the_first_page_says_what_this_is_and_that_a_person_can_help(app, services):
    words = " ".join(block.value for block in app.markdown)
    assert title(app) == w.START_TITLE
    assert services.settings.clinic_phone in words
    assert "Nobody watches this form live" in words
    assert app.info[0].value == w.DEMO


def test_every_step_leads_to_the_next_and_back(app):
    app = to(app, "matches")
    assert title(app) == wm.MATCHES_TITLE
    for step in reversed(STEPS):
        click(app, "back")
        assert title(app) == STEPS[step]
    click(app, "back")
    assert title(app) == w.START_TITLE


def test_steps_are_numbered_and_the_total_is_true(app):
    app = click(app)
    seen = []
    tick_key = "ask:concerns:sleep"
    for _ in STEPS:
        seen.append(next(caption.value for caption in app.caption if caption.value.startswith("Step")))
        if any(box.key == tick_key for box in app.checkbox):
            tick(app, "concerns", "sleep")
        click(app)
    assert seen == [f"Step {number} of 9" for number in range(1, 10)]
    assert title(app) == wm.MATCHES_TITLE


def test_nothing_is_chosen_beforehand(app):
    app = to(app, "words")
    for _ in STEPS:
        assert all(radio.value is None for radio in app.radio)
        assert not any(box.value for box in app.checkbox if box.key != "ask:concerns:sleep")
        assert all(number.value is None for number in app.number_input)
        click(app)


def test_words_are_kept_and_their_concerns_offered_but_not_ticked(app, services):
    click(app)
    app.text_area(key="ask:about").set_value("I worry").run()
    click(click(app))
    assert title(app) == w.CONCERNS_TITLE
    assert app.header[0].value == w.CONCERNS_SUGGESTED
    assert [box.key for box in app.checkbox[:2]] == ["ask:concerns:generalised_anxiety", "ask:concerns:sleep"]
    assert not any(box.value for box in app.checkbox)
    assert len({box.key for box in app.checkbox}) == 35
    assert answers(services)["about"] == "I worry"


def test_words_nothing_can_be_told_from_say_so(app):
    click(app)
    app.text_area(key="ask:about").set_value("zzz").run()
    click(click(app))
    assert any(block.value == w.CONCERNS_UNSURE for block in app.markdown)


def test_without_a_concern_the_problem_is_named_and_a_person_offered(app, services):
    click(click(click(app)))
    click(app)
    assert title(app) == w.CONCERNS_TITLE
    assert w.PROBLEM in app.error[0].value
    assert services.settings.clinic_phone in app.error[0].value
    tick(app, "concerns", "sleep")
    assert title(click(app)) == w.WEIGHT_TITLE


def test_each_chosen_concern_is_weighed(app, services):
    app = to(app, "weight", concerns=["sleep", "anger"])
    assert [radio.label for radio in app.radio] == ["Sleep", "Anger"]
    app.radio(key="ask:severity:anger").set_value("lot").run()
    click(app)
    assert answers(services)["severity"]["anger"] == "lot"


def test_a_wishs_weight_is_asked_only_once_there_is_a_wish(app, services):
    app = to(app, "comfort")
    assert not app.radio
    tick(app, "therapist_gender", "woman")
    assert [radio.key for radio in app.radio] == ["ask:therapist_gender_weight"]
    app.radio(key="ask:therapist_gender_weight").set_value("must").run()
    click(app)
    assert answers(services)["therapist_gender_weight"] == "must"


def test_the_clinics_own_languages_and_approaches_are_offered(app):
    app = to(app, "comfort")
    keys = {box.key for box in app.checkbox}
    assert {"ask:languages:arabic", "ask:modalities:cbt"} <= keys
    assert "ask:languages:english" not in keys
    assert "ask:modalities:play_therapy" not in keys


def test_how_much_a_start_date_matters_is_asked_only_where_there_is_one(app):
    app = to(app, "meeting")
    app.radio(key="ask:soon").set_value("no_rush").run()
    assert len(app.radio) == 1
    app.radio(key="ask:soon").set_value("month").run()
    assert [radio.key for radio in app.radio] == ["ask:soon", "ask:soon_weight"]


def test_what_was_asked_reaches_the_matching_as_a_client(app, services):
    app = to(app, "cost", therapist_gender=["woman"], therapist_gender_weight="must", exclude_therapists=["t1"])
    app.number_input(key="ask:max_fee").set_value(150).run()
    click(click(app))
    client = services.matching().asked[-1]
    assert (client.max_fee, client.must_have) == (150.0, ("therapist_gender",))
    assert "Asha Demir" not in " ".join(html_of(app))


def html_of(app):
    return [element.proto.body for element in app.get("html")]


def test_three_people_are_shown_and_more_on_request(app):
    app = to(app, "matches")
    assert len(html_of(app)) == 3
    click(app, "more")
    assert len(html_of(app)) == 6
    assert not any(button.key == "more" for button in app.button)


def test_matching_runs_once_for_the_same_answers(app, services):
    app = to(app, "matches")
    before = len(services.matching().asked)
    app.run()
    assert len(services.matching().asked) == before


def test_when_nobody_fits_the_smallest_change_and_a_person_are_offered(app, services):
    services.drafts.save(OWNER, {"concerns": ["sleep"], "max_fee": 20})
    app = opened()
    for _ in range(10):
        click(app)
    words = " ".join(block.value for block in app.markdown)
    assert title(app) == wm.NOBODY_TITLE
    assert "If you could pay $180" in words
    assert services.settings.clinic_phone in words
    assert title(click(app)) == w.COST_TITLE


class WithholdingMatching(FakeMatching):
    def match(self, client, top=3):
        return Slate(client.client_id, withheld="A person should look first")


def test_a_slate_the_service_withholds_is_help_and_not_a_list(services):
    withholding = WithholdingMatching()
    services = wiring.install(replace(services, matching=lambda: withholding))
    services.drafts.save(OWNER, {"concerns": ["sleep"]})
    app = opened()
    for _ in range(10):
        click(app)
    assert title(app) == w.HELP_TITLE


@pytest.mark.parametrize(
    ("given", "steps", "back_to"),
    [
        ({"about": "I want to end it all"}, 2, "words"),
        ({"safety": "yes"}, 2, "safety"),
        ({"concerns": ["self_harm"]}, 2, "concerns"),
    ],
)
def test_anything_raised_shows_help_at_once_and_never_a_list(services, given, steps, back_to):
    services.drafts.save(OWNER, {"concerns": ["sleep"], **given})
    app = opened()
    for _ in range(steps):
        click(app)
    words = " ".join([*html_of(app), *(block.value for block in app.markdown)])
    assert title(app) == w.HELP_TITLE
    assert all(number in words for number in ("000", "13 11 14", "1300 659 467"))
    assert "Nobody watches this form live" in words
    assert not services.matching().asked
    assert title(click(app, "back")) == STEPS[back_to]


def test_a_misunderstanding_can_be_put_right(services):
    services.drafts.save(OWNER, {"safety": "yes", "concerns": ["sleep"]})
    app = opened()
    click(click(app))
    assert title(app) == w.HELP_TITLE
    click(app, "back")
    app.radio(key="ask:safety").set_value("no").run()
    assert title(click(app)) == w.CONCERNS_TITLE


def test_a_new_session_of_the_same_browser_takes_up_the_answers(services):
    services.drafts.save(OWNER, {"about": "I worry", "concerns": ["sleep"]})
    app = click(opened())
    assert app.text_area(key="ask:about").value == "I worry"
    assert click(opened("1" * 64)).text_area(key="ask:about").value in (None, "")


def test_a_browser_without_a_cookie_still_gets_through(services):
    app = click(opened(owner=None))
    app.text_area(key="ask:about").set_value("I worry").run()
    click(app)
    click(app, "back")
    assert app.text_area(key="ask:about").value == "I worry"


def test_deleting_answers_deletes_them_everywhere(app, services):
    app = to(app, "matches", about="I worry")
    click(app, "delete")
    assert title(app) == w.START_TITLE
    assert app.success[0].value == w.DELETED
    assert answers(services) == {}
    click(app)
    assert app.text_area(key="ask:about").value in (None, "")


class BrokenMatching(FakeMatching):
    def match(self, client, top=3):
        raise RuntimeError(f"secret {client.about}")


def test_when_something_breaks_the_client_is_told_kindly_and_no_answer_is_logged(services, caplog):
    broken = BrokenMatching()
    services = wiring.install(replace(services, matching=lambda: broken))
    services.drafts.save(OWNER, {"concerns": ["sleep"], "about": "my private words"})
    app = opened()
    with caplog.at_level(logging.DEBUG):
        for _ in range(10):
            click(app)
    assert title(app) == w.TROUBLE_TITLE
    assert "RuntimeError" in caplog.text
    assert "my private words" not in caplog.text

"""Every question page and its branches, on small fakes."""

import pytest
from fakes import fake_services
from walking import answers, choose, click, html_of, opened, tick, title, to, words_of

from matcher.config import Settings
from matcher.intake import life_questions as life
from matcher.intake import questionnaire as q
from matcher.ui import wiring
from matcher.ui import wording as w
from matcher.ui import wording_matches as wm
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws
from matcher.ui.journey import NUMBERED, PARTS, STEPS, after


@pytest.fixture(autouse=True)
def services():
    return wiring.install(fake_services())


def test_every_step_leads_to_the_next_and_back_and_the_count_is_true():
    app, seen = to("who"), []
    order = [STEPS[step] for step in NUMBERED]
    for number, words in enumerate(order, 1):
        assert title(app) == words
        seen.append(next(caption.value for caption in app.caption if caption.value.startswith("Step")))
        assert seen[-1].startswith(f"Step {number} of {len(order)}")
        assert (wq.CAN_SKIP in seen[-1]) is (words != wq.CONCERNS_TITLE)
        # Nothing is chosen beforehand on any of them.
        assert all(radio.value is None for radio in app.radio)
        assert not any(box.value for box in app.checkbox if not box.key.endswith(":sleep"))
        assert all(field.value in {None, ""} for field in (*app.number_input, *app.text_input, *app.text_area))
        click(app)
    assert title(app) == wm.MATCHES_TITLE
    for words in reversed(order):
        assert title(click(app, "back")) == words
    assert title(click(app, "back")) == ws.BEFORE_TITLE
    assert title(click(app, "back")) == ws.START_TITLE


def test_those_who_had_therapy_see_two_more_pages_and_the_count_stays_true():
    app = to("past")
    choose(app, "past_therapy", "yes")
    counted = f"Step {NUMBERED.index('past') + 1} of {len(NUMBERED)}"
    for step in PARTS:
        assert title(click(app)) == STEPS[step]
        assert any(caption.value.startswith(counted) for caption in app.caption)
    assert title(click(app)) == wq.STYLE_TITLE
    for step in reversed(("past", *PARTS)):
        assert title(click(app, "back")) == STEPS[step]
    # Whoever says otherwise is not asked, not even by going back to where they were.
    choose(app, "past_therapy", "no")
    assert title(click(app)) == wq.STYLE_TITLE
    assert title(click(app, "back")) == wq.PAST_TITLE
    for step in PARTS:
        assert title(to(step, past_therapy="no")) == wq.PAST_TITLE


def test_after_the_first_few_pages_people_can_be_seen_at_once_and_the_rest_be_answered_after_all():
    early = NUMBERED[: NUMBERED.index("concerns") + 1]
    assert "safety" in early
    for step in (*early, NUMBERED[-1]):
        assert not any(button.key == "now" for button in to(step).button)
    for step in NUMBERED[len(early) : -1]:
        app = click(to(step), "now")
        assert title(app) == wm.MATCHES_TITLE
        assert title(click(app, "back")) == STEPS[step]
        # Or straight on to what they have not seen yet.
        assert title(click(click(app, "now"), "others")) == STEPS[after(step, answers())]
    assert not any(button.key == "others" for button in click(to(NUMBERED[-1])).button)


def test_whoever_skips_the_rest_is_shown_help_where_something_was_raised(services):
    app = to("hopes")
    app.text_area(key="ask:hopes").set_value("I want to end it all").run()
    assert title(click(app, "now")) == ws.HELP_TITLE
    assert not services.matching().asked


SENSITIVE = ("words", "concerns", "weight", "hopes", "past", *PARTS, "training", "at-ease", "you", "last")


@pytest.mark.parametrize("step", SENSITIVE)
def test_a_page_with_sensitive_questions_says_who_sees_the_answers(step):
    assert wq.SEEN in [caption.value for caption in to(step, past_therapy="yes").caption]


def test_the_safety_question_says_who_sees_the_answer_and_when():
    assert f"{wq.SEEN} They are told at once if you say yes." in words_of(to("safety"))


@pytest.mark.parametrize("whom", ["me", "helped", "child", "adult", None])
def test_whoever_answers_for_somebody_else_is_asked_about_the_safety_of_both(whom):
    app = to("safety", for_whom=whom, agreed="yes")
    other = whom in {"child", "adult"}
    assert (app.header[0].value, app.radio[0].label) == (wq.SAFETY_OF_THEM if other else q.SAFETY.text,) * 2
    choose(app, "safety", "yes")
    assert title(click(app)) == ws.HELP_TITLE


def test_words_are_kept_and_their_concerns_offered_but_not_ticked():
    app = to("words", concerns=[])
    app.text_area(key="ask:about").set_value("I worry").run()
    click(click(app))
    assert title(app) == wq.CONCERNS_TITLE
    assert app.header[0].value == wq.CONCERNS_SUGGESTED
    assert [box.key for box in app.checkbox[:2]] == ["ask:concerns:generalised_anxiety", "ask:concerns:sleep"]
    assert not any(box.value for box in app.checkbox)
    assert len({box.key for box in app.checkbox}) == 35
    assert answers()["about"] == "I worry"


def test_words_nothing_can_be_told_from_say_so():
    assert wq.CONCERNS_UNSURE in words_of(to("concerns", about="zzz"))


@pytest.mark.parametrize(("about", "shown"), [("I worry", False), ("我很担心", True), ("😔", True), ("", False)])
def test_words_the_rules_cannot_read_are_said_to_go_to_a_person(about, shown):
    app = to("safety", about=about)
    assert (wq.SAFETY_UNREAD in words_of(app)) is shown


def test_without_a_concern_the_problem_is_named_on_top_and_at_the_list_and_a_person_offered(services):
    app = click(to("concerns", concerns=[], about="zzz"))
    assert title(app) == wq.CONCERNS_TITLE
    summary, field = html_of(app)
    assert w.PROBLEM in summary
    assert f'data-title="{w.ERROR}"' in summary
    assert 'href="#place-concerns"' in summary
    assert services.settings.clinic_phone in summary
    assert services.settings.clinic_phone in field
    tick(app, "concerns", "sleep")
    assert title(click(app)) == wq.WEIGHT_TITLE


@pytest.mark.parametrize(("step", "code"), [("words", "about"), ("hopes", "hopes"), ("last", "avoid_words")])
def test_words_too_long_to_keep_are_said_so_at_their_field(step, code):
    app = click(to(step, **{code: "x" * 100_001}))
    assert title(app) == STEPS[step]
    assert sum("too long" in html for html in html_of(app)) == 2


def test_each_chosen_concern_is_weighed():
    app = to("weight", concerns=["sleep", "anger"])
    assert [radio.label for radio in app.radio] == ["Sleep", "Anger"]
    choose(app, "severity:anger", "lot")
    click(app)
    assert answers()["severity"]["anger"] == "lot"
    assert wq.WEIGHT_NOTHING in words_of(to("weight", concerns=[], about="x"))


def test_what_helped_before_is_asked_only_of_those_who_had_therapy_and_used_only_if_they_say_so():
    app = to("past")
    assert [radio.key for radio in app.radio] == ["ask:past_therapy"]
    choose(app, "past_therapy", "yes")
    click(app)
    assert not app.radio
    click(app)
    assert not app.radio
    click(app, "back")
    tick(app, "past_helped", "homework")
    click(app)
    assert app.radio(key="ask:past_use").value is None
    choose(app, "past_use", "yes")
    click(app)
    kept = answers()
    assert (kept["past_helped"], kept["past_use"]) == (["homework"], "yes")


def test_a_wishs_weight_is_asked_only_once_there_is_a_wish():
    app = to("comfort")
    assert not app.radio
    tick(app, "therapist_gender", "woman")
    assert [radio.key for radio in app.radio] == ["ask:therapist_gender_weight"]
    choose(app, "therapist_gender_weight", "must")
    click(app)
    assert answers()["therapist_gender_weight"] == "must"


def test_each_kind_of_community_has_its_own_weight_and_a_mixed_must_is_explained():
    app = to("training", affirming=["lgbtqia"], faith=["muslim"])
    assert {"ask:affirming_weight", "ask:faith_weight"} == {radio.key for radio in app.radio}
    assert wq.COMFORT_MIXED not in words_of(app)
    choose(app, "affirming_weight", "must")
    assert wq.COMFORT_MIXED in words_of(app)
    choose(app, "faith_weight", "must")
    assert wq.COMFORT_MIXED not in words_of(app)


def test_the_clinics_own_languages_and_approaches_are_offered():
    languages = {box.key for box in to("comfort").checkbox}
    assert "ask:languages:arabic" in languages
    assert "ask:languages:english" not in languages
    approaches = {box.key for box in to("at-ease").checkbox}
    assert "ask:modalities:cbt" in approaches
    assert "ask:modalities:play_therapy" not in approaches


def test_where_from_is_asked_only_of_those_who_would_come():
    app = to("meeting")
    assert not app.text_input
    tick(app, "formats", "in_person")
    app.text_input(key="ask:place").set_value("Fitzroy").run()
    choose(app, "travel", "40_minutes")
    click(app)
    assert (answers()["place"], answers()["travel"]) == ("Fitzroy", "40_minutes")


def test_how_much_a_start_date_matters_is_asked_only_where_there_is_one():
    app = to("times")
    choose(app, "soon", "no_rush")
    assert len(app.radio) == 1
    choose(app, "soon", "month")
    assert [radio.key for radio in app.radio] == ["ask:soon", "ask:soon_weight"]


@pytest.mark.parametrize(("said", "shown"), [("yes", False), ("asking", True), ("unsure", True)])
def test_a_plan_is_asked_about_and_never_needed(said, shown):
    app = to("cost", care_plan=said)
    assert (wq.PLAN_ASK in words_of(app)) is shown
    assert title(click(app)) == wq.YOU_TITLE


def test_what_is_australian_is_asked_only_there():
    wiring.install(fake_services(Settings(country="NZ")))
    assert not to("cost").radio
    assert [radio.key for radio in to("you").radio] == ["ask:gender"]


def test_gender_has_its_own_words_and_origin_is_asked_of_everyone():
    app = to("you")
    assert [radio.key for radio in app.radio] == ["ask:gender", "ask:first_nations"]
    choose(app, "gender", "another")
    app.text_input(key="ask:gender_words").set_value("agender").run()
    click(app)
    assert answers()["gender_words"] == "agender"


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["aboriginal", "torres_strait_islander", "both"])
def test_culturally_safe_ways_are_offered_and_never_the_same_wish_twice(origin):
    app = to("you", first_nations=origin)
    offered = [box.key for box in app.checkbox]
    assert offered == [f"ask:cultural_safety:{code}" for code in life.CULTURAL_SAFETY.codes()]
    app = to("you", first_nations=origin, culture=["aboriginal_torres_strait_islander"])
    assert "ask:cultural_safety:trained" not in [box.key for box in app.checkbox]
    assert not to("you", first_nations="no").checkbox


def test_what_was_asked_reaches_the_matching_as_a_client(services):
    app = to("cost", therapist_gender=["woman"], therapist_gender_weight="must", exclude_therapists=["t1"])
    app.number_input(key="ask:max_fee").set_value(150).run()
    click(click(click(app)))
    client = services.matching().asked[-1]
    assert (client.max_fee, client.must_have) == (150.0, ("therapist_gender",))
    assert "Asha Demir" not in " ".join(html_of(app))


def test_a_new_session_of_the_same_browser_takes_up_the_answers():
    assert to("words", about="I worry").text_area(key="ask:about").value == "I worry"
    assert title(click(opened("1" * 64))) == ws.BEFORE_TITLE


@pytest.mark.parametrize("button", ["later", "back", "continue"])
@pytest.mark.parametrize(
    ("step", "raised"), [("safety", {"safety": "yes"}), ("words", {"about": "I want to end it all"})]
)
def test_whoever_said_something_of_danger_is_shown_help_by_whichever_button_they_leave(services, step, raised, button):
    app = click(to(step, **raised), button)
    assert title(app) == ws.HELP_TITLE
    assert len(services.enquiries.called("raise_risk")) == 1
    # Having seen it, they may stop or go back; matching stays stopped.
    click(app, "back")
    click(app, button)
    assert (
        title(app)
        == {
            "later": ws.LATER_TITLE,
            "back": STEPS["words"] if step == "safety" else STEPS["who"],
            "continue": ws.HELP_TITLE,
        }[button]
    )

"""The pages on the real services and the demo clinic: that they are joined up, and what a client would read."""

import re

import pytest
from walking import title, to

from matcher.ui import wiring
from matcher.ui import wording_matches as wm
from matcher.ui import wording_start as ws

CLAIMS = re.compile(
    r"\d\s*%|★|\bscore|\bbenefit\b|\brating|\bguarantee|\bproven\b|\brecovery rate|\bsuccess", re.IGNORECASE
)


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clinic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHER_DATA_DIR", str(folder))
        patch.setenv("MATCHER_KEY_FILE", str(folder / "keys.json"))
        yield wiring.real_services()


def walk(services, **answers):
    wiring.install(services)
    return to("matches", **answers)


def cards(app):
    return [element.proto.body for element in app.get("html")]


def test_real_words_are_read_and_lead_to_people_of_the_demo_clinic(services):
    text = "Since my mother died I can't sleep and I worry about everything."
    app = walk(services, about=text, concerns=["grief", "sleep"], therapist_gender=["woman"])
    assert title(app) == wm.MATCHES_TITLE
    names = {therapist.name for therapist in services.matching().therapists()}
    shown = [re.search("<h2[^>]*>(.*?)</h2>", card).group(1) for card in cards(app)]
    assert len(shown) == 3
    assert set(shown) <= names
    assert {"grief", "sleep"} <= {code for code, _ in services.suggest_concerns([text])[0]}


@pytest.mark.parametrize(
    "answers",
    [
        {"concerns": ["grief"]},
        {"concerns": ["trauma", "anger"], "severity": {"trauma": "lot"}, "directiveness": "high", "past_focus": "low"},
        {"concerns": ["parenting"], "age_range": "25_44", "formats": ["telehealth"], "times": ["weekend"]},
        {"concerns": ["ocd"], "modalities": ["cbt"], "affirming": ["lgbtqia"], "soon": "month"},
    ],
)
def test_what_a_client_reads_holds_no_figure_of_merit_and_no_claim_of_results(services, answers):
    app = walk(services, **answers)
    read = " ".join([*cards(app), *(block.value for block in app.markdown)])
    assert title(app) == wm.MATCHES_TITLE
    assert not CLAIMS.search(re.sub("<[^>]+>", " ", read))


def test_real_words_that_speak_of_suicide_bring_help_and_no_list(services):
    app = walk(services, about="I can't do this any more, I want to kill myself", concerns=["depression"])
    assert title(app) == ws.HELP_TITLE
    assert not any("<article" in card for card in cards(app))


def test_when_nobody_of_the_demo_clinic_fits_the_client_is_told_what_would_help(services):
    app = walk(services, concerns=["grief"], languages=["klingon"], languages_weight="must")
    assert title(app) == wm.NOBODY_TITLE
    assert services.settings.clinic_phone in " ".join(block.value for block in app.markdown)

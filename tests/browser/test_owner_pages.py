"""Owner, lead and therapist in a browser: the report, its files, the model, past matches; and nobody else."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import HERE, _wait_for, free_port
from made_up_page import made_up_page
from playwright.sync_api import Browser, Page, expect

from matcher.reports import theme
from matcher.reports.html import html
from matcher.services.reporting import Asked, demo_report

WAIT = 120_000
#: The colour of a picture's words on a light page, and on a dark one.
IN_INK, IN_LIGHT = (f"rgb{tuple(bytes.fromhex(colour[1:]))}" for colour in (theme.INK, theme.DARK[theme.INK]))


@pytest.fixture(scope="module")
def owner_app(tmp_path_factory: pytest.TempPathFactory):
    """Return the address and the folder of session tokens of the real app with people signed in."""
    folder, port = tmp_path_factory.mktemp("owner"), free_port()
    log = folder / "log.txt"
    with log.open("wb") as output:
        command = [sys.executable, str(HERE / "owner_app.py"), str(port), str(folder)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}", folder
    finally:
        process.terminate()
        process.wait(timeout=30)


def signed_in(chromium: Browser, app: tuple[str, Path], role: str | None, width: int = 1280) -> Page:
    address, folder = app
    context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    if role is not None:
        token = (folder / role).read_text()
        context.add_cookies([{"name": "matcher_session", "value": token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(WAIT)
    return page


def settle(page: Page) -> None:
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(300)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found if rule["impact"] != "minor"]


@pytest.mark.slow
def test_an_owner_reads_the_report_and_takes_it_away(chromium: Browser, owner_app) -> None:
    page = signed_in(chromium, owner_app, "owner")
    elsewhere: list[str] = []
    page.on("request", lambda sent: elsewhere.append(sent.url) if not sent.url.startswith(owner_app[0]) else None)
    page.goto(f"{owner_app[0]}/outcomes")
    expect(page.get_by_role("heading", name="In short")).to_be_visible(timeout=WAIT)
    settle(page)
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []
    expect(page.get_by_role("heading", name="What followed", exact=True)).to_be_visible()
    for name, ending in (("Page (HTML)", "html"), ("PDF", "pdf"), ("Tables (CSV)", "zip")):
        address = page.get_by_role("link", name=name, exact=True).get_attribute("href")
        assert address is not None
        answer = page.context.request.get(f"{owner_app[0]}{address}", timeout=WAIT)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "no-store"
        assert re.search(
            rf'filename="match-outcomes-[\d-]+-to-[\d-]+\.{ending}"', answer.headers["content-disposition"]
        )
    assert serious(page) == []
    words = page.locator("[data-testid=stVegaLiteChart] svg text").first
    expect(words).to_have_css("fill", IN_INK)
    page.emulate_media(color_scheme="dark")
    expect(words).to_have_css("fill", IN_LIGHT)
    page.emulate_media(color_scheme="light")
    page.get_by_role("combobox", name="Site").click()
    page.get_by_role("option", name=re.compile(r"rooms near .* \(8 therapists\)")).click()
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("heading", name=re.compile(r"What followed the matches.*8 therapists"))).to_be_visible(
        timeout=WAIT
    )
    settle(page)
    address = page.get_by_role("link", name="Page (HTML)").get_attribute("href")
    assert address is not None
    assert "8 therapists" in page.context.request.get(f"{owner_app[0]}{address}", timeout=WAIT).text()


@pytest.mark.slow
def test_an_owner_trains_compares_puts_in_use_and_goes_back(chromium: Browser, owner_app) -> None:
    page = signed_in(chromium, owner_app, "owner")
    page.goto(f"{owner_app[0]}/ranking-model")
    expect(page.get_by_text("Published effects alone: nothing")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Train a new model").click()
    expect(page.get_by_role("button", name="Compare")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Use this model")).to_have_count(0)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("the first suggestion would be somebody else")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Use this model").click()
    page.get_by_role("button", name="Look at what changed since").click()
    expect(page.get_by_role("heading", name="How well it foretells")).to_be_visible(timeout=WAIT)
    settle(page)
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Use published effects alone").click()
    expect(page.get_by_text("Published effects alone: nothing")).to_be_visible(timeout=WAIT)
    assert serious(page) == []


@pytest.mark.slow
def test_a_past_match_is_shown_without_what_the_client_wrote(chromium: Browser, owner_app) -> None:
    page = signed_in(chromium, owner_app, "owner")
    page.goto(f"{owner_app[0]}/past-matches")
    page.get_by_label("Number of the match").fill("no such number")
    page.get_by_label("Number of the match").press("Enter")
    expect(page.get_by_text("No match kept fits")).to_be_visible(timeout=WAIT)
    page.get_by_label("Number of the match").fill("")
    page.get_by_label("Number of the match").press("Enter")
    page.get_by_role("combobox", name="Match").click()
    page.get_by_role("option").first.click()
    expect(page.get_by_role("heading", name="As it was shown")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("columnheader", name="why")).to_have_count(0)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("places differ")).to_be_visible(timeout=WAIT)


@pytest.mark.slow
def test_a_therapist_sees_their_own_outcomes_by_code_alone(chromium: Browser, owner_app) -> None:
    lead = signed_in(chromium, owner_app, "lead")
    lead.goto(f"{owner_app[0]}/therapist-outcomes")
    lead.get_by_role("combobox", name="Therapist").click()
    option = lead.get_by_role("option").first
    name = option.inner_text()
    option.click()
    lead.get_by_role("button", name="Make a code for this therapist").click()
    code = lead.locator("[data-testid=stCode] code").inner_text(timeout=WAIT)
    therapist = signed_in(chromium, owner_app, None, width=390)
    therapist.goto(f"{owner_app[0]}/my-outcomes.html")
    therapist.get_by_label("Your code").fill("0000-0000-0000-0000")
    therapist.get_by_role("button", name="Show my outcomes").click()
    expect(therapist.get_by_role("alert").or_(therapist.get_by_text("This code opens nothing")).first).to_be_visible()
    therapist.get_by_label("Your code").fill(code)
    therapist.get_by_role("button", name="Show my outcomes").click()
    expect(therapist.get_by_role("heading", level=1)).to_contain_text(name)
    assert therapist.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(therapist) == []


@pytest.mark.slow
def test_others_see_neither_pages_nor_files(chromium: Browser, owner_app) -> None:
    address = owner_app[0]
    nobody = signed_in(chromium, owner_app, None)
    assert nobody.context.request.get(f"{address}/exports/csv.zip").status == 401
    assert "sign-in" in nobody.goto(f"{address}/outcomes").url
    intake = signed_in(chromium, owner_app, "intake")
    assert intake.context.request.get(f"{address}/exports/csv.zip").status == 403
    for page in ("outcomes", "ranking-model", "past-matches", "therapist-outcomes"):
        assert intake.goto(f"{address}/{page}").status == 403
    lead = signed_in(chromium, owner_app, "lead")
    assert lead.goto(f"{address}/ranking-model").status == 403


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (320, "dark"), (1280, "light")])
def test_the_page_file_fits_asks_for_nothing_and_is_accessible(
    chromium: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(made_up_page(), encoding="utf-8")
    # The file's own policy allows no script at all, axe's included.
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 320])
def test_the_demos_report_fits_a_phone(chromium: Browser, demo_page: Path, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(demo_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.fixture(scope="module")
def demo_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the demo's report, with all its tables and pictures."""
    file = tmp_path_factory.mktemp("demo") / "report.html"
    file.write_text(html(demo_report(Asked())), encoding="utf-8")
    return file


@pytest.mark.slow
def test_on_paper_what_is_folded_is_printed(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(made_up_page(), encoding="utf-8")
    page = chromium.new_context().new_page()
    page.goto(file.as_uri())
    method = page.get_by_text("Counted by day.")
    assert not method.is_visible()
    page.emulate_media(media="print")
    height = page.evaluate("document.querySelector('details:last-of-type').getBoundingClientRect().height")
    assert height > 30, "the summary alone is lower"
    assert not page.get_by_text("Skip to the report").is_visible()
    page.context.close()

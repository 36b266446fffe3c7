"""What a person is told where something broke behind the page, while the real server runs on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from behind_the_pages import broken
from playwright.sync_api import expect
from real_server import serving
from steps import HELP, MATCHES, agree

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("breaks")) as running:
        yield running


def at_the_request(visitor):
    agree(visitor, "concerns")
    visitor.page.get_by_text("Body, sleep and health").click()
    visitor.choose("Sleep")
    expect(visitor.page.get_by_text("You have chosen: Sleep.")).to_be_visible()
    visitor.settle()
    visitor.open("matches")
    visitor.at(MATCHES)
    visitor.on("How can we reach you?", "You choose for me")
    visitor.page.get_by_role("textbox", name="Phone number").fill("0491 570 156")
    visitor.page.keyboard.press("Tab")
    visitor.settle()
    visitor.choose("You may ring me")
    visitor.settle()


def test_a_request_that_cannot_be_kept_says_so_in_place_of_the_form_and_loses_nothing(visit, server):
    visitor = visit("phone")
    visitor.address = server.address
    at_the_request(visitor)
    page = visitor.page
    with broken(server.folder, "INSERT ON enquiries"):
        visitor.on("Something went wrong on our side", "Send my request")
        visitor.settle()
        # Nothing of the form is left standing above it, and the reader is taken there.
        shown = page.get_by_role("heading", level=1)
        expect(shown).to_have_count(1)
        expect(shown).to_be_focused()
        expect(shown).to_be_in_viewport()
        language = page.get_by_role("button", name="简体中文").bounding_box()
        assert language["y"] + language["height"] <= shown.bounding_box()["y"]
        expect(page.get_by_role("button", name="Send my request")).to_be_hidden()
        expect(page.get_by_role("link", name="(02) 5550 0142")).to_have_attribute("href", "tel:0255500142")
        assert Axe().run(page).response["violations"] == []
    visitor.open("request")
    visitor.settle()
    expect(page.get_by_role("textbox", name="Phone number")).to_have_value("0491 570 156")
    visitor.on("We have your request", "Send my request")


def test_danger_that_cannot_be_passed_on_is_never_said_to_be_and_the_numbers_stay(visit, server):
    visitor = visit("phone")
    visitor.address = server.address
    agree(visitor, "safety")
    visitor.choose("Yes, or I am not sure")
    page = visitor.page
    with broken(server.folder, "INSERT ON enquiries"):
        visitor.on(HELP)
        visitor.settle()
        expect(page.get_by_text("nobody has been told what you wrote")).to_be_visible()
        expect(page.get_by_role("main").get_by_role("link", name="13 11 14")).to_be_visible()
        expect(page.get_by_text("at the top of our staff's list")).to_have_count(0)
        assert Axe().run(page).response["violations"] == []
    # Once it is mended they are told, by the page being opened again.
    visitor.open("help")
    expect(page.get_by_text("at the top of our staff's list")).to_be_visible()

"""A server that restarts and a network that goes away lose no answer."""

import pytest
from line import Line
from playwright.sync_api import expect
from real_server import free_port, serving
from steps import HEADINGS, agree

pytestmark = pytest.mark.slow
WORDS = "It is my job"


def two_pages(visitor):
    """Answer two pages and stand on the third."""
    agree(visitor)
    visitor.choose("Me")
    visitor.on(HEADINGS[1])
    visitor.page.get_by_role("textbox").fill(WORDS)
    visitor.on(HEADINGS[2])
    visitor.settle()


def two_pages_are_kept(visitor):
    """Go back over both pages: what was answered is there."""
    visitor.on(HEADINGS[1], "Back")
    expect(visitor.page.get_by_role("textbox")).to_have_value(WORDS)
    visitor.on(HEADINGS[0], "Back")
    expect(visitor.page.get_by_role("radio", name="Me", exact=True)).to_be_checked()


def test_answers_and_the_page_outlive_a_restart_of_the_server(visit, tmp_path):
    visitor, port = visit("phone"), free_port()
    # The first page of a process just started waits for its libraries.
    expect.set_options(timeout=30_000)
    try:
        with serving(tmp_path, port=port) as server:
            visitor.address = server.address
            two_pages(visitor)
        with serving(tmp_path, port=port):
            visitor.page.reload()
            visitor.at(HEADINGS[2])
            two_pages_are_kept(visitor)
    finally:
        expect.set_options(timeout=20_000)


def test_a_network_that_goes_away_for_three_seconds_loses_nothing(visit, tmp_path):
    """An offline browser keeps an open websocket, so what is cut here is the line itself."""
    visitor = visit("phone")
    expect.set_options(timeout=30_000)
    try:
        with serving(tmp_path) as server, Line(server.address) as line:
            visitor.address = line.address
            two_pages(visitor)
            line.cut()
            # While the line is cut no answer is taken, so that none is lost.
            answer = visitor.page.get_by_role("radio", name="No, none of this")
            expect(answer).to_be_disabled()
            visitor.page.wait_for_timeout(3_000)
            line.mend()
            # The page finds the server again by itself: nothing is reloaded.
            expect(answer).to_be_enabled()
            visitor.choose("No, none of this")
            visitor.on(HEADINGS[3])
            visitor.on(HEADINGS[2], "Back")
            expect(visitor.page.get_by_role("radio", name="No, none of this")).to_be_checked()
            two_pages_are_kept(visitor)
    finally:
        expect.set_options(timeout=20_000)

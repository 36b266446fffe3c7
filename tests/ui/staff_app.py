"""The staff's pages on a small store, as one signed-in person sees them; drives them without a browser."""

from dataclasses import dataclass, replace

import streamlit as st
from fakes import fake_services
from staffed import CLINIC, INTAKE, LEARNED, SETTINGS
from streamlit.testing.v1 import AppTest

from matcher.clinic.rows import therapists_from
from matcher.intake.safety import safety_flags
from matcher.services.access import Person
from matcher.store.store import Store
from matcher.ui.ports import Services
from matcher.ui.staff_menu import staff_pages


@dataclass
class Live:
    """What ranks, as the running app has it."""

    recommender = LEARNED

    def therapists(self):
        return therapists_from(CLINIC.therapists)


SEEN: list[tuple[Person, Services, str]] = []
#: Where the person goes next by the menu, as an address and its query.
GO: list[tuple[str, dict[str, str]]] = []


def run() -> None:
    """Draw the page the test is on."""
    person, services, first = SEEN[-1]
    pages = staff_pages(person, services)
    # The first page is the one a session opens on.
    pages.sort(key=lambda page: page.url_path != first)
    # Before that: the first page loses its address by it.
    addresses = {page.url_path: page for page in pages}
    page = st.navigation(pages, position="hidden")
    if GO:
        address, query = GO.pop()
        st.switch_page(addresses[address], query_params=query)
    page.run()


def open_app(store: Store, person: Person = INTAKE, first: str = "enquiries") -> AppTest:
    """Return one of the staff's pages in a session of its own."""
    live = Live()
    services = replace(
        fake_services(), store=lambda: store, matching=lambda: live, settings=SETTINGS, safety_flags=safety_flags
    )
    SEEN.append((person, services, first))
    app = AppTest.from_string("from staff_app import run\nrun()", default_timeout=60)
    return app.run()


def go(app: AppTest, address: str, **query: str) -> AppTest:
    """Return the app on another of its pages."""
    GO.append((address, query))
    return app.run()


def words(app: AppTest) -> str:
    """Return everything a page says."""
    said = [element.proto.body for element in app.get("html")]
    blocks = (app.title, app.header, app.markdown, app.caption, app.success, app.error, app.warning, app.info)
    return " ".join([*said, *(block.value for group in blocks for block in group)])

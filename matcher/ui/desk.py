"""What a page for signed-in people is: its title, the action it needs, and how it is drawn at somebody's desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matcher.services.access import Action, Person, may
from matcher.ui.ports import Services


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is signed in, what they may call, and the pages they can be taken to (those of their role alone)."""

    person: Person
    services: Services
    pages: Mapping[str, StreamlitPage] = field(default_factory=dict)

    def go(self, address: str, **query: str) -> None:
        """Show another staff page; ``query`` is for references that say nothing of a client, never for words."""
        st.switch_page(self.pages[address], query_params=query or None)


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One page for signed-in people.

    ``action`` None means everyone signed in. A page that is opened from another one, such as a single enquiry, stays
    out of the menu with ``in_menu`` False.
    """

    title: str
    action: Action | None
    draw: Callable[[Desk], None]
    in_menu: bool = True

    def open_to(self, person: Person | None) -> bool:
        """Return whether somebody may see the page."""
        return person is not None and (self.action is None or may(person, self.action))

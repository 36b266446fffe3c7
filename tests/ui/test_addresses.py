"""Every page has its address in the one list by which any other address is answered as lost."""

from fakes import fake_services
from walking import opened

from matcher.ui import wiring
from matcher.ui.addresses import PAGES
from matcher.ui.staff_pages import STAFF_PAGES


def test_the_addresses_are_those_of_the_pages_there_are():
    wiring.install(fake_services())
    clients = [info.get("url_pathname", "") for info in opened()._registered_pages.values()]
    assert sorted(PAGES) == sorted([*clients, *STAFF_PAGES])

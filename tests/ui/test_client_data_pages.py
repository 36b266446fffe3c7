"""A client's own rights in the app: who may hand over and erase, what is said before and after, and the file's door."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fakes import fake_services
from loops import run_async
from sqlalchemy import func, select, update
from staff_app import open_app, words
from staffed import INTAKE, OTHER, OWNER, enquire
from starlette.applications import Starlette
from starlette.middleware import Middleware
from stores import CANARY, RING, fill

from matcher.domain.roles import ROLES
from matcher.services.access import ALLOWED, NotAllowedError, Person
from matcher.services.privacy import REASONS, erase_client
from matcher.services.safety_lane import keep_handover
from matcher.store import audit, enquiries, places, rows
from matcher.store.enquiry_tables import kept_outcomes
from matcher.store.errors import StoreError
from matcher.store.rows import Contact
from matcher.store.store import Store, open_store
from matcher.store.tables import clients, therapists
from matcher.ui import downloads, wiring
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_data as wd
from matcher.ui.identity import PERSON
from matcher.ui.staff_client_data import ERASE, HAND_OVER


@pytest.fixture
def store(tmp_path):
    """A client with an enquiry, a course of therapy, contact details and a place (c0), and others without."""
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    fill(store)
    with store.writing() as session:
        enquiries.add_enquiry(session, "c0", "web", "client", private={"hopes": f"{CANARY} hope"})
        rows.keep_contact(session, "c0", Contact("Ada *Rao*", phone="0491 570 156"), "client")
    yield store
    store.close()


def reference(store: Store) -> str:
    with store.reading() as session:
        return str(enquiries.reference_of(session, "c0"))


def about(store: Store, page: str, person: Person, who: str) -> Any:
    app = open_app(store, person, page)
    assert not app.exception
    app = app.text_input[0].set_value(who).run()
    assert not app.exception
    return app


def confirm(app: Any, why: str | None, typed: str) -> Any:
    if why is not None:
        app.selectbox[0].set_value(why)
    app.text_input[1].set_value(typed)
    app = next(button for button in app.button if button.label == wd.ERASE_DO).click().run()
    assert not app.exception
    return app


def is_there(store: Store, client_id: str = "c0") -> bool:
    with store.reading() as session:
        return session.scalar(select(clients.c.client_id).where(clients.c.client_id == client_id)) is not None


def agree_to_research(store: Store) -> None:
    with store.writing() as session:
        session.execute(update(enquiries.enquiries).values(consent_research_at=datetime.now(UTC)))


def test_handing_over_says_whose_it_is_and_leads_to_a_file_of_its_own(store: Store) -> None:
    for asked in (reference(store).lower(), "c0"):
        app = about(store, HAND_OVER, INTAKE, asked)
        said = words(app)
        assert "Ada \\*Rao\\*" in said
        assert reference(store).replace("-", "\\-") in said
        (link,) = app.get("link_button")
        assert link.proto.url == f"/exports/client-data.zip?who={reference(store)}"
    with store.reading() as session:
        seen = [entry for entry in audit.read_entries(session, subject_id="c0") if entry.actor == INTAKE.account_id]
    # Once for each look, however often the page is drawn.
    assert [entry.subject for entry in seen].count("contact") == 2


def test_nobody_is_found_by_a_wrong_reference(store: Store) -> None:
    for page, person in ((HAND_OVER, INTAKE), (ERASE, OWNER)):
        app = about(store, page, person, "ZZZZ-ZZZZ")
        assert wd.DATA_NOBODY in words(app)
        assert len(app.button) == 0
        assert app.text_input[0].set_value("c1").run().get("link_button" if page == HAND_OVER else "selectbox")


def test_who_has_no_name_kept_is_said(store: Store) -> None:
    assert wd.DATA_NAMELESS.format(id="c1") in words(about(store, HAND_OVER, INTAKE, "c1"))


@pytest.mark.parametrize("person", [OTHER, OWNER])
def test_erasing_asks_for_a_reason_and_the_reference_and_is_noted_with_both(store: Store, person: Person) -> None:
    app = about(store, ERASE, person, "c0")
    assert "Ada" not in words(app)
    assert CANARY not in words(app)
    assert w.CHOOSE_WHY in words(confirm(app, None, reference(store)))
    assert wd.ERASE_NOT_SAME in words(confirm(app, "asked", "c1"))
    assert wd.ERASE_NOT_SAME in words(confirm(app, "asked", ""))
    assert is_there(store)
    app = confirm(app, "law", reference(store).lower())
    assert wd.ERASED in words(app)
    assert not app.selectbox
    assert not is_there(store)
    assert is_there(store, "c1")
    with store.reading() as session:
        last = audit.read_entries(session, most=1)[0]
        assert (last.actor, last.action, last.subject_id) == (person.account_id, "erased", "c0")
        assert last.detail == {"outcomes_kept": 0, "reason": "law"}


def test_what_stays_is_said_before_and_after(store: Store) -> None:
    assert wd.ERASE_ALL_GO.format(courses=wd.COURSE) in words(about(store, ERASE, OWNER, "c0"))
    assert wd.ERASE_NO_COURSES in words(about(store, ERASE, OWNER, "n"))
    agree_to_research(store)
    app = about(store, ERASE, OWNER, "c0")
    assert wd.ERASE_STAYS.format(courses=wd.COURSE) in words(app)
    app = confirm(app, "asked", reference(store))
    said = words(app)
    assert wd.ERASED_KEPT.format(courses=wd.COURSE) in said
    assert wd.ERASED_OPEN.format(name="Asha Demir") in said
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(kept_outcomes)) == 1
        assert places.places_of(session, "c0") == []


def test_a_number_of_places_given_since_is_left_for_a_person_to_check(store: Store) -> None:
    with store.writing() as session:
        session.execute(therapists.update().values(openings_confirmed_on=datetime.now(UTC).date() + timedelta(days=1)))
    app = confirm(about(store, ERASE, OWNER, "c0"), "asked", reference(store))
    assert wd.ERASED_CHECK.format(name="Asha Demir") in words(app)


def test_somebody_else_may_have_erased_them_meanwhile(store: Store) -> None:
    app = about(store, ERASE, OWNER, "c0")
    erase_client(OTHER, store, "c0", "asked")
    app = app.selectbox[0].set_value("asked").run()
    # Typed as the page still shows it.
    app.text_input[1].set_value(app.text_input[1].label.removeprefix("To confirm, type ").replace("\\", ""))
    app = next(button for button in app.button if button.label == wd.ERASE_DO).click().run()
    assert app.error
    assert wd.ERASED not in words(app).split()


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_each_page_and_each_button_is_there_for_its_roles_alone(store: Store, role: str) -> None:
    person = Person("p", "P", role)  # type: ignore[arg-type]
    mine = ALLOWED[role]  # type: ignore[index]
    for page, action, title in ((HAND_OVER, "export_client", wd.DATA_TITLE), (ERASE, "erase_client", wd.ERASE_TITLE)):
        assert (open_app(store, person, page).title[0].value == title) is (action in mine)
    if "work_enquiry" in mine:
        enquire(store, "e")
        app = open_app(store, person)
        app = next(button for button in app.button if button.label == reference(store)).click().run()
        shown = {words for address, words in wd.DATA_LINKS.items() if words in [button.label for button in app.button]}
        wanted = {HAND_OVER} | ({ERASE} if "erase_client" in mine else set())
        assert shown == {wd.DATA_LINKS[address] for address in wanted}
        app = next(button for button in app.button if button.label == wd.DATA_LINKS[HAND_OVER]).click().run()
        assert app.title[0].value == wd.DATA_TITLE
        assert "Ada" in words(app)


def test_a_reason_of_ones_own_is_no_reason(store: Store) -> None:
    with pytest.raises(StoreError, match="asked, asked_for_them, mistake, law"):
        erase_client(OTHER, store, "c0", f"{CANARY} because")
    with pytest.raises(NotAllowedError):
        erase_client(INTAKE, store, "c0", "asked")
    assert is_there(store)
    assert all(REASONS.values())


class As:
    """Puts a person into a request's scope, as the middleware of the app does."""

    def __init__(self, app, person):
        self._app, self._person = app, person

    async def __call__(self, scope, receive, send):
        await self._app({**scope, PERSON: self._person}, receive, send)


async def fetch(store: Store, person: Person | None, who: str, file: str = "client-data.zip") -> httpx.Response:
    wiring.install(fake_services(store=lambda: store))
    app = Starlette(routes=list(downloads.ROUTES), middleware=[Middleware(As, person=person)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clinic") as client:
        return await client.get(f"/exports/{file}", params={"who": who})


@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_file_is_made_for_its_roles_alone_and_kept_nowhere(store: Store, role: str | None) -> None:
    person = None if role is None else Person("p", "P", role)  # type: ignore[arg-type]
    reply = run_async(fetch(store, person, reference(store)))
    may = role is not None and "export_client" in ALLOWED[role]  # type: ignore[index]
    assert reply.status_code == (200 if may else 401 if role is None else 403)
    assert reply.headers["cache-control"] == "no-store"
    with store.reading() as session:
        made = [entry.actor for entry in audit.read_entries(session, subject_id="c0") if entry.action == "exported"]
    assert made == (["p"] if may else [])
    if may:
        assert reply.headers["content-disposition"] == f'attachment; filename="client-data-{reference(store)}.zip"'
        with zipfile.ZipFile(io.BytesIO(reply.content)) as file:
            assert json.loads(file.read("everything.json"))["enquiries"][0]["hopes"] == f"{CANARY} hope"
    else:
        assert CANARY not in reply.text


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_handover_sheet_is_made_for_its_roles_alone_and_kept_nowhere(store: Store, role: str | None) -> None:
    keep_handover(INTAKE, store, "c0", {"symptoms": "Sleeps two hours"})
    person = None if role is None else Person("p", "P", role)  # type: ignore[arg-type]
    reply = run_async(fetch(store, person, reference(store), "handover.txt"))
    may = role is not None and "export_client" in ALLOWED[role]  # type: ignore[index]
    assert reply.status_code == (200 if may else 401 if role is None else 403)
    assert reply.headers["cache-control"] == "no-store"
    assert ("Sleeps two hours" in reply.text) is may
    with store.reading() as session:
        made = [one.actor for one in audit.read_entries(session, subject_id="c0") if one.action == "made handover"]
    assert made == (["p"] if may else [])
    if may:
        assert reply.headers["content-disposition"] == f'attachment; filename="handover-{reference(store)}.txt"'
        assert run_async(fetch(store, person, "ZZZZ-ZZZZ", "handover.txt")).status_code == 404


@pytest.mark.parametrize("who", ["", "nobody", "../../etc/passwd", 'c0"; filename="x', "c0\r\nx: y", "%", "c0' OR 1=1"])
def test_whatever_else_is_asked_for_is_nobody(store: Store, who: str) -> None:
    reply = run_async(fetch(store, INTAKE, who))
    assert (reply.status_code, reply.text) == (404, "Nobody here has this reference or id.")

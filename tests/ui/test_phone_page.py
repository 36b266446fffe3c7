"""The phone intake as staff fill it in: nothing typed or known is lost by looking at another page meanwhile."""

from pathlib import Path

import pytest
from staff_app import go, open_app
from staffed import INTAKE, NOW, enquire, look, new_store

from matcher.services.phone_intake import begin_with
from matcher.store.rows import Contact
from matcher.store.store import Store
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_phone as wp


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def field(app, kind: str, ending: str):
    return next(found for found in getattr(app, kind) if found.key.endswith(f":{ending}"))


def keep(app):
    app = app.button(key="phone:keep").click().run()
    assert not app.exception
    return app


def test_what_is_known_is_not_blanked_by_looking_at_another_page_meanwhile(store: Store) -> None:
    known = {"safe_contact": ["text"], "answers": {"hopes": "To sleep"}}
    ada = Contact("Ada Rao", "ada@example.org", "0491 570 156")
    enquire(store, "a", contact=ada, private=known, consent_matching_at=NOW, state="contacted")
    reference, before = look(store, "a").reference, begin_with(INTAKE, store, "a")
    app = go(open_app(store), "phone-intake", r=reference)
    field(app, "text_area", "good_outcome").set_value("To work again").run()
    app = go(app, "enquiries")
    assert not [found for found in app.text_input if "contact phone" in found.key]
    app = go(app, "phone-intake", r=reference)
    assert field(app, "text_input", "contact phone").value == "0491 570 156"
    app = keep(app)
    assert app.title[0].value == f"{w.CASE_TITLE} {reference}"
    after = begin_with(INTAKE, store, "a")
    assert after.contact == before.contact
    assert after.answers == before.answers | {"good_outcome": "To work again"}
    assert after.enquiry.private["safe_contact"] == ["text"]
    assert after.enquiry.consent_matching_at == NOW
    # The next time it begins from what is known then.
    app = go(app, "phone-intake", r=reference)
    assert field(app, "text_area", "good_outcome").value == "To work again"


def test_a_half_filled_intake_waits_on_its_page_and_the_next_one_is_blank(store: Store) -> None:
    app = go(open_app(store), "phone-intake")
    field(app, "multiselect", "concerns").set_value(["sleep"]).run()
    field(app, "text_input", "contact name").set_value("Eve Tran").run()
    app = go(go(app, "enquiries"), "phone-intake")
    assert field(app, "multiselect", "concerns").value == ["sleep"]
    assert field(app, "text_input", "contact name").value == "Eve Tran"
    app = go(keep(app), "phone-intake")
    assert wp.PHONE_LEAD in [found.value for found in app.markdown]
    assert field(app, "text_input", "contact name").value == ""
    assert field(app, "multiselect", "concerns").value == []

from datetime import UTC, datetime, timedelta

import pandas as pd
from sqlalchemy import select
from stores import RING, fill, small_clinic

from matcher.domain.client import Client
from matcher.domain.draft import Draft
from matcher.domain.recommendation import Slate
from matcher.store import audit, places, rows, slates
from matcher.store.clinics import load_clinic
from matcher.store.codes import make_code
from matcher.store.drafts import save_draft
from matcher.store.enquiries import add_enquiry
from matcher.store.notices import add_notice
from matcher.store.retention import purge_enquiries, purge_passing
from matcher.store.schema import metadata
from matcher.store.store import Store
from matcher.store.tables import clients, episodes


def ids(store: Store, table: str) -> set[str]:
    with store.reading() as session:
        return set(session.scalars(select(metadata.tables[table].c.client_id)))


def test_an_old_enquiry_goes_with_all_that_is_its_own_and_work_stays(store: Store) -> None:
    fill(store, clients=5)
    with store.writing() as session:
        session.execute(episodes.delete().where(episodes.c.client_id.in_(["c0", "c2", "c3", "c4"])))
        given_back = places.take_place(session, "t1", "c2", "intake")
        places.give_back_place(session, given_back, "intake")
        session.execute(clients.update().where(clients.c.client_id == "c3").values(enquired_at=datetime.now(UTC)))
        session.execute(clients.update().where(clients.c.client_id == "c4").values(enquired_at=None))
    with store.writing() as session:
        assert purge_enquiries(session, datetime(2026, 3, 2, tzinfo=UTC), "owner") == 1
    # c0 holds a place, c1 has an episode, c3 is recent, c4 and n have no date; only c2 goes.
    assert ids(store, "clients") == {"c0", "c1", "c3", "c4", "n"}
    with store.writing() as session:
        session.execute(metadata.tables["places"].delete())
        assert purge_enquiries(session, datetime(2026, 3, 2, tzinfo=UTC), "owner") == 1
    assert ids(store, "clients") == {"c1", "c3", "c4", "n"}
    assert ids(store, "slates") == ids(store, "fit_checks") == set()
    with store.reading() as session:
        for name in ("choices", "overrides", "catalogues"):
            assert session.execute(select(metadata.tables[name])).all() == []
        purged = [entry.subject_id for entry in audit.read_entries(session) if entry.action == "purged"]
        assert audit.verify(session, RING.audit).intact
    assert purged == ["c0", "c2"]
    assert pd.notna(load_clinic(store).clients["about"]).sum() == 3


def test_an_enquiry_somebody_works_on_or_that_needs_a_person_stays(store: Store) -> None:
    fill(store, clients=4)
    with store.writing() as session:
        session.execute(episodes.delete())
        session.execute(metadata.tables["places"].delete())
        for client in ("c1", "c2", "c3"):
            add_enquiry(session, client, "web", "client", needs_person=client == "c2")
    now = datetime.now(UTC)
    with store.writing() as session:
        # c0 has no enquiry; the others were worked on today.
        assert purge_enquiries(session, now - timedelta(days=1), "owner") == 1
        assert purge_enquiries(session, now + timedelta(days=1), "owner") == 2
    assert ids(store, "clients") == {"c2", "n"}


def test_who_looked_and_sent_nothing_goes_when_they_can_no_longer_come_back(store: Store) -> None:
    fill(store, clients=2)
    clinic = small_clinic()
    with store.writing() as session:
        for client in ("looked", "sent", "shown_by_staff"):
            rows.add_client(session, Client(client, (("sleep", 1),)), "client")
            made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists))
            frame = clinic.clients.iloc[:1].assign(client_id=client)
            actor = "staff" if client == "shown_by_staff" else slates.CLIENT
            slates.save_slate(session, Slate(client), frame, made_with, actor)
        add_enquiry(session, "sent", "web", "client")
    now = datetime.now(UTC)
    with store.writing() as session:
        assert purge_passing(session, now, "matcher") == 0
        assert purge_passing(session, now + timedelta(days=15), "matcher") == 1
    assert ids(store, "clients") == {"c0", "c1", "n", "sent", "shown_by_staff"}


def test_passing_things_go_when_their_time_is_up(store: Store) -> None:
    fill(store)
    now = datetime.now(UTC)
    with store.writing() as session:
        save_draft(session, "a" * 64, {"about": "x"}, Draft(), now)
        make_code(session, "fit_check", client_id="c0", expires_at=now + timedelta(hours=1))
        add_notice(session, "raised", "c0", "intake")
    with store.writing() as session:
        assert purge_passing(session, now, "matcher") == 0
        assert purge_passing(session, now + timedelta(hours=3), "matcher") == 2
        assert purge_passing(session, now + timedelta(days=91), "matcher") == 1

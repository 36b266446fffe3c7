from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import select
from stores import RING, fill

from matcher.store import audit, places
from matcher.store.clinics import load_clinic
from matcher.store.retention import purge_enquiries
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

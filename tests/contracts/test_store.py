"""What every store keeps to, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, insert, select, text
from stores import RING, assert_same_clinic, renamed, small_clinic
from strategies import clinics

from matcher.clinic import Clinic
from matcher.domain.client import Client
from matcher.domain.recommendation import Contribution, Exclusion, Recommendation, Slate, WishReceipt
from matcher.store import audit, decisions, models, places, rows, slates
from matcher.store.clinics import TableCounts, import_clinic, load_clinic
from matcher.store.errors import (
    AlreadyTakenError,
    KeyFileError,
    NoPlaceLeftError,
    NotFoundError,
    StaleVersionError,
    StoreError,
)
from matcher.store.keys import new_keyring
from matcher.store.migrate import current_revision, newest_revision, upgrade
from matcher.store.rows import Contact
from matcher.store.schema import metadata
from matcher.store.snapshot import replay
from matcher.store.store import Store, open_store
from matcher.store.tables import clients, episodes, therapists
from matcher.store.tables import slates as slate_table

KEPT_TABLES = (slate_table, episodes, clients, therapists)


def intact(store: Store) -> bool:
    with store.reading() as session:
        return audit.verify(session, RING.audit).intact


def actions(store: Store) -> list[str]:
    with store.reading() as session:
        return [entry.action for entry in reversed(audit.read_entries(session))]


def test_migrations_make_exactly_the_tables_the_code_uses(store: Store) -> None:
    assert current_revision(store.engine) == newest_revision()
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_each_migration_runs_on_the_one_before_it(store_url: str) -> None:
    from matcher.store.engine import make_engine

    engine = make_engine(store_url)
    upgrade(engine, "0001")
    assert current_revision(engine) == "0001"
    upgrade(engine)
    assert current_revision(engine) == newest_revision()
    engine.dispose()


def test_a_store_of_a_newer_version_is_not_touched(store: Store, store_url: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        open_store(store_url, RING)


def test_other_keys_are_refused(store: Store, store_url: str) -> None:
    with pytest.raises(KeyFileError, match="other keys"):
        open_store(store_url, new_keyring())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clinics())
def test_a_clinic_comes_out_as_it_went_in(store: Store, clinic: Clinic) -> None:
    with store.writing() as session:
        for table in KEPT_TABLES:
            session.execute(delete(table))
    import_clinic(store, clinic)
    assert_same_clinic(load_clinic(store), clinic)
    counts = import_clinic(store, clinic)
    assert counts.clients == TableCounts(0, 0, len(clinic.clients))
    assert counts.episodes == TableCounts(0, 0, len(clinic.episodes))
    assert_same_clinic(load_clinic(store), clinic)


def test_a_changed_row_is_updated_in_place_and_audited(store: Store) -> None:
    clinic = small_clinic()
    import_clinic(store, clinic)
    counts = import_clinic(store, renamed(clinic, name="Asha Demir-Lee", bio="New here"))
    assert counts.therapists == TableCounts(0, 1, 1)
    assert load_clinic(store).therapists["name"].tolist() == ["Asha Demir-Lee", "Ben Okafor"]
    with store.reading() as session:
        changed = [e for e in audit.read_entries(session) if e.action == "changed"]
    assert [(e.subject, e.subject_id, e.detail) for e in changed] == [
        ("therapist", "t1", {"columns": ["name", "bio"]}),
    ]
    assert intact(store)


def test_rows_of_another_import_stay_and_new_ones_follow(store: Store) -> None:
    clinic = small_clinic(3)
    first = replace(clinic, clients=clinic.clients.iloc[2:].reset_index(drop=True), episodes=clinic.episodes.iloc[:0])
    import_clinic(store, first)
    import_clinic(store, clinic)
    assert load_clinic(store).clients["client_id"].tolist() == ["c2", "c0", "c1"]


def test_an_episode_of_an_unknown_client_loads_nothing(store: Store) -> None:
    clinic = small_clinic()
    orphan = replace(clinic, clients=clinic.clients.iloc[:1])
    with pytest.raises(StoreError, match="not known, such as 'c1'"):
        import_clinic(store, orphan)
    assert len(load_clinic(store).therapists) == 0


def test_the_demo_makes_way_for_a_real_clinic_and_a_real_one_never(store: Store) -> None:
    demo = small_clinic(2)
    import_clinic(store, demo, demo=True)
    real = small_clinic(1)
    real = replace(real, therapists=real.therapists.assign(therapist_id=["r1", "r2"]), episodes=real.episodes.iloc[:0])
    import_clinic(store, real)
    assert load_clinic(store).therapists["therapist_id"].tolist() == ["r1", "r2"]
    import_clinic(store, demo)
    assert load_clinic(store).therapists["therapist_id"].tolist() == ["r1", "r2", "t1", "t2"]


def test_times_are_utc_and_money_is_exact(store: Store) -> None:
    import_clinic(store, small_clinic())
    with store.reading() as session:
        assert session.scalar(select(therapists.c.fee).where(therapists.c.therapist_id == "t1")) == Decimal("180.5")
        moment = session.scalar(select(metadata.tables["clients"].c.enquired_at))
    assert moment == datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("column", ["gender", "profession"])
def test_an_unknown_code_and_an_overdrawn_capacity_are_refused_without_quoting_them(store: Store, column: str) -> None:
    row = {"therapist_id": "x", "name": "X", "concerns": "sleep", "formats": "phone", "capacity": 1, "position": 0}
    with pytest.raises(StoreError) as refused, store.writing() as session:
        session.execute(insert(therapists), row | {column: "zzsecret"})
    assert "zzsecret" not in str(refused.value)
    with pytest.raises(StoreError) as refused, store.writing() as session:
        session.execute(insert(therapists), row | {"capacity": -1, "bio": "zzsecret"})
    assert "zzsecret" not in str(refused.value)


def test_a_client_and_how_to_reach_them(store: Store) -> None:
    import_clinic(store, small_clinic(1))
    client = Client(
        "new", (("sleep", 2),), about="Hard nights", gender="woman", max_fee=120.25, latitude=-33.5, longitude=151.25
    )
    contact = Contact("Mina Rao", "mina@example.org", "0491 570 156")
    with store.writing() as session:
        rows.add_client(session, client, "intake", contact)
    with store.reading() as session:
        found = rows.client_of(session, "new", "lead")
        reached = rows.contact_of(session, "new", "lead")
    assert (found.value, reached.value) == (client, contact)
    assert actions(store)[-2:] == ["saw", "saw"]
    with store.reading() as session, pytest.raises(NotFoundError):
        rows.client_of(session, "nobody", "lead")


def test_two_changes_from_the_same_version_keep_the_first_and_tell_the_second(store: Store) -> None:
    import_clinic(store, small_clinic())
    with store.reading() as session:
        seen = rows.client_of(session, "c0", "a")
    with store.writing() as session:
        assert rows.change_client(session, replace(seen.value, age=51.0), seen.version, "a") == seen.version + 1
    with pytest.raises(StaleVersionError, match="look at it again"), store.writing() as session:
        rows.change_client(session, replace(seen.value, age=52.0), seen.version, "b")
    with store.reading() as session:
        assert rows.client_of(session, "c0", "a").value.age == 51.0
    with store.reading() as session:
        person = rows.therapist_of(session, "t1")
    with store.writing() as session:
        rows.change_therapist(session, replace(person.value, fee=99.0), person.version, "a")
    with pytest.raises(StaleVersionError), store.writing() as session:
        rows.change_therapist(session, person.value, person.version, "b")


def test_the_last_place_goes_to_one(store: Store) -> None:
    import_clinic(store, small_clinic(3, capacity=1))
    with store.writing() as session:
        place = places.take_place(session, "t1", "c0", "a")
    with pytest.raises(NoPlaceLeftError, match="no open place left"), store.writing() as session:
        places.take_place(session, "t1", "c1", "b")
    with pytest.raises(AlreadyTakenError), store.writing() as session:
        places.take_place(session, "t1", "c0", "b")
    with store.writing() as session:
        places.give_back_place(session, place, "a")
    with pytest.raises(NotFoundError), store.writing() as session:
        places.give_back_place(session, place, "a")
    with store.writing() as session:
        places.take_place(session, "t1", "c1", "b")
    assert load_clinic(store).therapists["capacity"].tolist() == [0, 0]
    for therapist, client in (("nobody", "c1"), ("t1", "nobody")):
        with pytest.raises(NotFoundError), store.writing() as session:
            places.take_place(session, therapist, client, "b")


def shown_slate() -> Slate:
    term = Contribution("concerns", "Works with sleep", 0.1, 0.1 + 0.2, -1e-17, 1 / 3)
    first = Recommendation(
        "t1",
        1,
        0.1 + 0.2,
        -0.4,
        1.0,
        0.1,
        0.2,
        0.3,
        None,
        reasons=("Works with sleep; and more",),
        receipt=(WishReceipt("gender", "A woman", "unknown", must_have=True),),
        contributions=(term,),
    )
    return Slate("c0", (first,), (Exclusion("t2", ("capacity",), ("Has no open place at the moment.",)),), eligible=1)


def test_a_past_slate_replays_the_same_with_what_it_was_made_from(store: Store) -> None:
    clinic = small_clinic()
    import_clinic(store, clinic)
    slate = shown_slate()
    with store.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists), top=1)
        slate_id = slates.save_slate(session, slate, clinic.clients.iloc[:1], made_with, "intake", {"t1": 0.25})
    import_clinic(store, renamed(clinic, name="Somebody Else"))
    with store.reading() as session:
        snapshot = slates.snapshot_of(session, slate_id, "lead")
        therapists_then = slates.catalogue_of(session, snapshot.catalogue_hash)
        assert slates.slates_of(session, "c0") == [slate_id]
    assert replay(snapshot) == slate
    assert (snapshot.propensities, snapshot.top, snapshot.model_hash) == ({"t1": 0.25}, 1, slates.PUBLISHED)
    pd.testing.assert_frame_equal(snapshot.clients(), clinic.clients.iloc[:1])
    pd.testing.assert_frame_equal(therapists_then, clinic.therapists)
    assert actions(store)[-1] == "saw slate"


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clinics(clients=1))
def test_any_answers_and_any_therapists_come_back_from_a_snapshot(store: Store, clinic: Clinic) -> None:
    with store.writing() as session:
        for table in KEPT_TABLES:
            session.execute(delete(table))
    import_clinic(store, clinic)
    client = clinic.clients.iloc[:1]
    with store.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists))
        slate_id = slates.save_slate(session, Slate(client["client_id"].iloc[0]), client, made_with, "x")
    with store.reading() as session:
        snapshot = slates.snapshot_of(session, slate_id, "x")
        pd.testing.assert_frame_equal(slates.catalogue_of(session, snapshot.catalogue_hash), clinic.therapists)
    pd.testing.assert_frame_equal(snapshot.clients(), client)


def test_choices_overrides_and_fit_checks(store: Store) -> None:
    clinic = small_clinic()
    import_clinic(store, clinic)
    with store.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists))
        slate_id = slates.save_slate(session, shown_slate(), clinic.clients.iloc[:1], made_with, "intake")
        decisions.record_choice(session, slate_id, None, "client", "c0", "Not yet")
        decisions.record_choice(session, slate_id, "t1", "staff", "intake")
        decisions.record_override(session, slate_id, "t2", "She asked for Ben", "lead")
        fit_check = decisions.ask_fit_check(session, "c0", "t1", 3, "matcher")
        decisions.answer_fit_check(session, fit_check, {"goal": 8, "words": "Good"}, 1, "c0")
    for bad in (
        lambda s: decisions.record_choice(s, slate_id, "t2", "client", "c0"),
        lambda s: decisions.record_override(s, slate_id, "t2", "  ", "lead"),
        lambda s: decisions.record_choice(s, "none", None, "client", "c0"),
        lambda s: decisions.answer_fit_check(s, fit_check, {"goal": 1}, 1, "c0"),
    ):
        with pytest.raises(StoreError), store.writing() as session:
            bad(session)
    with store.reading() as session:
        chosen = decisions.choices_of(session, slate_id)
        (override,) = decisions.overrides_of(session, slate_id)
        (check,) = decisions.fit_checks_of(session, "c0", "lead")
    assert [(c.therapist_id, c.chosen_by, c.words) for c in chosen] == [
        (None, "client", "Not yet"),
        ("t1", "staff", None),
    ]
    assert (override.therapist_id, override.words) == ("t2", "She asked for Ben")
    assert (check.answers, check.session_number, check.version) == ({"goal": 8, "words": "Good"}, 3, 2)
    assert intact(store)


def test_models_are_kept_one_in_use_and_an_altered_one_never_opens(store: Store, tmp_path) -> None:
    import hashlib
    import json

    hashes = []
    for number in range(2):
        path = tmp_path / f"m{number}.joblib"
        path.write_bytes(b"model %d" % number)
        card = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        path.with_suffix(".card.json").write_text(json.dumps(card))
        with store.writing() as session:
            hashes.append(models.add_model(session, path, "owner"))
    with store.reading() as session:
        used = models.model_in_use(session)
    assert used is not None
    assert used.model_hash == hashes[1]
    assert used.write(tmp_path / "again.joblib").read_bytes() == b"model 1"
    with store.writing() as session:
        models.use_model(session, None, "owner")
        assert models.model_in_use(session) is None
        table = metadata.tables["models"]
        content = session.scalar(select(table.c.content).where(table.c.model_hash == hashes[0]))
        session.execute(table.update().where(table.c.model_hash == hashes[1]).values(content=content))
    with store.reading() as session, pytest.raises(StoreError, match="does not open"):
        models.model_of(session, hashes[1])


def test_nothing_is_kept_of_a_block_that_fails(store: Store) -> None:
    import_clinic(store, small_clinic())
    before = actions(store)

    def fail_late() -> None:
        with store.writing() as session:
            places.take_place(session, "t1", "c0", "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_late()
    assert actions(store) == before
    assert load_clinic(store).therapists["capacity"].tolist() == [2, 0]

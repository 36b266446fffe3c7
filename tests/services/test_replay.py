"""Any past match can be made again from what was kept of it, and gives the same slate."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from made import clinic as small_clinic
from made import therapist

from matcher.clinic import Clinic
from matcher.clinic.rows import client_frame
from matcher.domain.client import Client
from matcher.ranking.persistence import load_model
from matcher.ranking.recommender import Recommender
from matcher.services.client_matching import MatchingService
from matcher.services.clinic_data import demo_clinic
from matcher.services.replay import match_again
from matcher.services.training import train
from matcher.store import models, slates
from matcher.store.clinics import import_clinic
from matcher.store.errors import StoreError
from matcher.store.keeping import put_client
from matcher.store.schema import metadata
from matcher.store.snapshot import replay, settled
from matcher.store.store import Store


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


@pytest.mark.slow
@pytest.mark.parametrize(("trained", "staff"), [(False, False), (True, True)])
def test_a_match_made_again_is_the_match_that_was_shown(
    store: Store, clinic: Clinic, tmp_path: Path, trained: bool, staff: bool
) -> None:
    import_clinic(store, clinic)
    model_hash = slates.PUBLISHED
    recommender = Recommender().fit(replace(clinic, episodes=clinic.episodes.iloc[:0]))
    if trained:
        train(clinic, tmp_path / "model.joblib")
        recommender = Recommender().attach(clinic, load_model(tmp_path / "model.joblib")[0])
        with store.writing() as session:
            model_hash = models.add_model(session, tmp_path / "model.joblib", "owner")
        (tmp_path / "model.joblib").unlink()
    shown = {}
    for row in range(0, 60, 10):
        client = clinic.clients.iloc[row : row + 1]
        slate = settled(recommender.recommend(client, top=3, staff=staff)[0])
        with store.writing() as session:
            catalogue = slates.keep_catalogue(session, clinic.therapists)
            made_with = slates.MadeWith(catalogue, model_hash, top=3, staff=staff)
            shown[slates.save_slate(session, slate, client, made_with, "intake")] = slate
    # The clinic moves on: what was matched then must not follow.
    import_clinic(store, replace(clinic, therapists=clinic.therapists.assign(capacity=0, bio="elsewhere")))
    assert any(slate.recommendations for slate in shown.values())
    for slate_id, slate in shown.items():
        with store.reading() as session:
            assert replay(slates.snapshot_of(session, slate_id, "lead")) == slate
        assert match_again(store, slate_id, "lead") == slate


def test_a_match_weighed_for_staff_is_made_again_as_weighed(store: Store, clinic: Clinic) -> None:
    import_clinic(store, clinic)
    recommender = Recommender().fit(replace(clinic, episodes=clinic.episodes.iloc[:0]))
    client = clinic.clients[clinic.clients["directiveness"].notna()].iloc[:1].reset_index(drop=True)
    slate = settled(recommender.recommend(client, top=3, safety_checked=True, emphasis={"way": "more"})[0])
    plain = recommender.recommend(client, top=3, safety_checked=True)[0]
    assert [r.benefit for r in slate.recommendations] != [r.benefit for r in plain.recommendations]
    with store.writing() as session:
        catalogue = slates.keep_catalogue(session, clinic.therapists)
        made_with = slates.MadeWith(catalogue, top=3, staff=True, safety_checked=True)
        slate_id = slates.save_slate(session, slate, client, made_with, "intake")
    assert match_again(store, slate_id, "lead") == slate


def test_a_match_that_honours_what_was_left_to_staff_is_made_again_as_it_was_shown(store: Store) -> None:
    crowd = [therapist(f"t{i}", identities="lgbtqia", next_opening="2026-11-24") for i in range(6)]
    made = small_clinic(*crowd, therapist("both", identities="lgbtqia;muslim", next_opening="2027-11-24"))
    import_clinic(store, made)
    came = datetime(2026, 11, 23)
    who = Client("c", (("depression", 2),), enquired_at=came, identities=("lgbtqia",), must_have=("identities",))
    service = MatchingService(made, Recommender().fit(made))
    slate = settled(service.match(who, left_to_staff=("muslim",)))
    assert [found.therapist_id for found in slate.recommendations][2] == "both"
    assert "both" not in [found.therapist_id for found in service.match(who).recommendations]
    with store.writing() as session:
        put_client(session, who, "c")
        made_with = slates.MadeWith(slates.keep_catalogue(session, made.therapists))
        slate_id = slates.save_slate(session, slate, client_frame([who]), made_with, slates.CLIENT)
    with store.reading() as session:
        assert replay(slates.snapshot_of(session, slate_id, "lead")) == slate
    assert match_again(store, slate_id, "lead") == slate


def test_therapists_altered_since_are_noticed(store: Store, clinic: Clinic) -> None:
    import_clinic(store, clinic)
    client = clinic.clients.iloc[:1]
    slate = Recommender().fit(clinic).recommend(client)[0]
    with store.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists))
        slate_id = slates.save_slate(session, slate, client, made_with, "intake")
        other = slates.keep_catalogue(session, clinic.therapists.iloc[1:])
        table = metadata.tables["catalogues"]
        content = session.execute(table.select().where(table.c.catalogue_hash == other)).one().content
        session.execute(
            table.update().where(table.c.catalogue_hash == made_with.catalogue_hash).values(content=content)
        )
    with pytest.raises(StoreError, match="altered"):
        match_again(store, slate_id, "lead")

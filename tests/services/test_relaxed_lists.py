"""A limit that gave way on record is known to the report: the lists made after it, and no other, count as relaxed."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from made import clinic, therapist
from staffed import INTAKE, NOW, SETTINGS, enquire, look, new_store, ranking

from matcher.domain.client import Client
from matcher.reports.cases import cases
from matcher.reports.matched import WAYS, ways_matched
from matcher.services.enquiring import Enquiring
from matcher.services.live import LiveMatching
from matcher.services.offers import Offer, offer
from matcher.services.one_enquiry import give_way, open_case
from matcher.services.reporting import Asked, scope_of, store_data
from matcher.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def give(store: Store, client_id: str, therapist_id: str, **more: str) -> None:
    version = look(store, client_id).version
    offer(INTAKE, store, ranking(store), client_id, version, Offer(therapist_id, **more), NOW)


def relaxed(frame: pd.DataFrame) -> dict[str, list[bool]]:
    """Return of each client's lists, in the order they were made, whether they count as relaxed."""
    lists = frame.drop_duplicates("slate_id").sort_values("made_at")
    return {str(client_id): rows["relaxed"].tolist() for client_id, rows in lists.groupby("client_id")}


def test_lists_made_after_a_limit_gave_way_are_relaxed_and_courses_from_them_counted_so(store: Store) -> None:
    for client_id in ("a", "b"):
        enquire(store, client_id, formats=("telehealth",), max_fee=150.0)
        give(store, client_id, "t2")
    give_way(
        INTAKE, store, ranking(store), open_case(INTAKE, store, ranking(store), "a"), ("formats",), "t1", "Said so"
    )
    give(store, "a", "t1")
    data = store_data(store)
    assert data.slates is not None
    assert relaxed(data.slates) == {"a": [False, True], "b": [False]}
    courses = tuple(
        {"episode_id": f"e{client_id}", "client_id": client_id, "therapist_id": therapist_id,
         "started_on": "2098-01-01", "matched_by": "recommended"}
        for client_id, therapist_id in (("a", "t1"), ("b", "t2"))
    )  # fmt: skip
    made = replace(data.clinic, episodes=clinic(therapist("t1"), episodes=courses).episodes)
    ways = ways_matched(cases(replace(data, clinic=made), scope_of(data, Asked())))
    assert [WAYS[way] for way in ways] == ["limits relaxed by staff", "recommended first"]


def test_lists_made_after_the_client_loosened_a_limit_are_counted_apart(store: Store) -> None:
    desk = Enquiring(lambda: store, SETTINGS, lambda: matching)
    matching = LiveMatching(store, SETTINGS)
    client = Client("c", (("depression", 2),), enquired_at=NOW.replace(tzinfo=None), max_fee=100.0)
    for asked in (replace(client, formats=("telehealth",), modalities=("emdr",), must_have=("modalities",)), client):
        desk.show(asked, matching.match(asked), {"consent_matching": True})
    data = store_data(store)
    assert data.given_way is not None
    assert data.given_way[["client_id", "limit", "by"]].to_numpy().tolist() == [
        ["c", "formats", "client"],
        ["c", "modalities", "client"],
    ]
    assert data.slates is not None
    first = data.slates["therapist_id"].iloc[0]
    course = {"episode_id": "e", "client_id": "c", "therapist_id": first, "started_on": "2098-01-01"}
    made = replace(
        data.clinic, episodes=clinic(therapist("t"), episodes=({**course, "matched_by": "recommended"},)).episodes
    )
    ways = ways_matched(cases(replace(data, clinic=made), scope_of(data, Asked())))
    assert [WAYS[way] for way in ways] == ["limits loosened by the client"]

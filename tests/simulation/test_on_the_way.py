"""What is drawn around the demo's courses: in order, with the chances it was drawn with, and the same every time."""

import numpy as np
import pandas as pd
import pytest

from matcher.simulation.demo import WORLD
from matcher.simulation.on_the_way import OnTheWay, on_the_way


@pytest.fixture(scope="module")
def clinic():
    from matcher.services.clinic_data import demo_clinic

    return demo_clinic()


@pytest.fixture(scope="module")
def drawn(clinic) -> OnTheWay:
    return on_the_way(clinic, WORLD)


def test_nothing_happens_before_what_it_follows_or_after_today(drawn: OnTheWay) -> None:
    frame = drawn.enquiries
    steps = ["received_at", "offered_at", "booked_at", "first_session_at", "third_session_at"]
    for place, later in enumerate(steps[1:], start=1):
        for earlier in steps[:place]:
            both = frame[frame[later].notna() & frame[earlier].notna()]
            assert (both[later] >= both[earlier]).all(), (earlier, later)
        assert (frame[later].dropna() <= pd.Timestamp(WORLD.today, tz="UTC") + pd.Timedelta(days=1)).all(), later
    assert frame["client_id"].is_unique
    gone = frame["closed_reason"].notna() & (frame["closed_reason"] != "started")
    assert frame.loc[gone, "first_session_at"].isna().all()


def test_who_came_first_is_as_in_the_folder_and_nobody_of_it_is_lost(clinic, drawn: OnTheWay) -> None:
    first = clinic.episodes.sort_values("started_on", kind="stable").drop_duplicates("client_id")
    frame = drawn.enquiries.set_index("client_id")
    assert set(clinic.clients["client_id"]) | set(drawn.lost["client_id"]) == set(frame.index)
    came = frame["first_session_at"].reindex(first["client_id"]).dt.tz_localize(None).dt.normalize()
    assert (came.to_numpy() == first["started_on"].to_numpy()).all()


def test_lists_put_the_highest_benefit_first_as_often_as_was_logged(drawn: OnTheWay) -> None:
    pairs = drawn.slates.pivot_table(index="slate_id", columns="rank", values="benefit")
    chance = drawn.slates[drawn.slates["rank"] == 1].set_index("slate_id")["propensity"]
    best_first = pairs[1] > pairs[2] + 1e-12
    assert (chance[best_first] == 0.75).all()
    assert (chance[pairs[1] < pairs[2] - 1e-12] == 0.25).all()
    assert abs(np.mean(chance == 0.75) - 0.75) < 0.08


def test_it_is_the_same_every_time(clinic, drawn: OnTheWay) -> None:
    again = on_the_way(clinic, WORLD)
    for name in ("lost", "enquiries", "slates", "given_way"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(drawn, name))

"""Sites worked out from therapists' places: who shares one, what they are called, and that none is one person."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import clinic, therapist
from stores import RING
from typer.testing import CliRunner

from matcher.cli import app
from matcher.clinic import write_clinic
from matcher.clinic.problems import ClinicError
from matcher.services.access import NotAllowedError, Person
from matcher.services.reporting import Asked, clinic_report, owner_report, sites
from matcher.services.sites import ELSEWHERE, FEWEST_AT_SITE, NO_ROOMS, site_names, sites_of
from matcher.store.clinics import import_clinic
from matcher.store.store import open_store

OWNER = Person("a" * 32, "Owner", "owner")
INTAKE = Person("b" * 32, "Intake", "intake")
NORTH, SOUTH, FAR = (-37.8, 144.9), (-37.9, 145.1), (-38.4, 145.9)
PLACES = st.sampled_from((NORTH, SOUTH, FAR, None))


def at(*places):
    """Return a clinic with a therapist at each place."""
    rows = [
        therapist(f"t{i}", **({} if place is None else {"latitude": place[0], "longitude": place[1]}))
        for i, place in enumerate(places)
    ]
    return clinic(*rows)


TWO = at(*[NORTH] * 3, *[SOUTH] * 4)


def test_rooms_within_a_hundred_metres_are_one_site_named_by_its_people_and_place():
    near = (NORTH[0] + 0.0003, NORTH[1] - 0.0003)
    found = sites_of(at(NORTH, near, NORTH, SOUTH, SOUTH, SOUTH).therapists)
    assert site_names(found) == [
        "rooms near -37.800, 144.900 (3 therapists)",
        "rooms near -37.900, 145.100 (3 therapists)",
    ]
    assert found["t1"] == found["t0"] != found["t3"]


def test_whoever_has_no_place_is_apart_and_small_places_are_put_together():
    found = sites_of(at(*[NORTH] * 4, SOUTH, FAR, FAR, None, None, None).therapists)
    assert set(found.values()) == {
        "rooms near -37.800, 144.900 (4 therapists)", f"{ELSEWHERE} (3 therapists)", f"{NO_ROOMS} (3 therapists)",
    }  # fmt: skip


@given(st.lists(PLACES, max_size=14))
def test_a_site_is_never_one_or_two_people_and_everybody_has_one(places):
    found = sites_of(at(*places).therapists)
    if found is None:
        return
    assert set(found) == {f"t{i}" for i in range(len(places))}
    sizes = [list(found.values()).count(name) for name in site_names(found)]
    assert len(sizes) >= 2
    assert min(sizes) >= FEWEST_AT_SITE


def test_one_place_makes_no_sites():
    assert sites_of(at(*[NORTH] * 6).therapists) is None
    with pytest.raises(ClinicError, match="one site only"):
        clinic_report(at(*[NORTH] * 6), Asked(site="north"))


def test_a_report_is_about_a_site_and_another_word_lists_them(tmp_path: Path):
    folder = tmp_path / "clinic"
    write_clinic(TWO, folder)
    name = "rooms near -37.800, 144.900 (3 therapists)"
    page = tmp_path / "north.html"
    made = CliRunner().invoke(app, ["report", "--clinic", str(folder), "--out", str(page), "--site", name])
    assert made.exit_code == 0, made.output
    assert f"site: {name}" in page.read_text(encoding="utf-8")
    refused = CliRunner().invoke(app, ["report", "--clinic", str(folder), "--out", str(page), "--site", "?"])
    assert refused.exit_code == 2
    assert "rooms near -37.900, 145.100 (4 therapists)" in " ".join(refused.output.split())


def test_the_stores_sites_are_offered_to_those_who_may_report_on_them(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    import_clinic(store, TWO)
    with pytest.raises(NotAllowedError):
        sites(INTAKE, store)
    first, _second = sites(OWNER, store)
    assert owner_report(OWNER, store, Asked(site=first)).title.endswith(first)
    store.close()

"""The demo clinic is what its command writes, loads without a problem, and is the clinic it says it is."""

from pathlib import Path

import pandas as pd
import pytest

from matcher.clinic import Clinic, read_clinic, write_clinic
from matcher.domain.reference import data_path
from matcher.intake.safety import safety_flags
from matcher.simulation.demo import demo_clinic


@pytest.fixture(scope="module")
def demo() -> Clinic:
    return read_clinic(data_path("demo"), write_report=False)


def test_the_committed_files_are_what_the_command_writes(tmp_path: Path) -> None:
    write_clinic(demo_clinic(), tmp_path)
    for name in ("therapists.csv", "clients.csv", "episodes.csv"):
        assert (tmp_path / name).read_bytes() == data_path("demo", name).read_bytes(), name


def test_it_loads_without_a_problem(demo: Clinic) -> None:
    assert demo.problems == ()


def test_it_is_as_large_as_it_says(demo: Clinic) -> None:
    assert len(demo.therapists) == 30
    assert 900 <= len(demo.clients) <= 1000
    assert 850 <= len(demo.episodes) <= 1000
    waiting = ~demo.clients["client_id"].isin(demo.episodes["client_id"])
    assert 30 <= waiting.sum() <= 55
    assert demo.clients.loc[waiting, "enquired_at"].min() > pd.Timestamp("2026-08-01")


def test_it_has_blanks_and_full_therapists(demo: Clinic) -> None:
    t = demo.therapists
    for name in ("gender", "funding", "fee", "directiveness", "availability", "next_opening", "modalities"):
        assert t[name].isna().any(), name
    assert (t["capacity"] == 0).sum() >= 4
    spoken = {language for cell in t["languages"] for language in cell.split(";")}
    assert {"mandarin", "arabic", "vietnamese", "greek", "hindi", "auslan"} <= spoken
    assert set(demo.episodes["matched_by"]) == {"usual", "recommended", "client_choice", "override", "rematch"}


def test_profiles_are_each_their_own(demo: Clinic) -> None:
    bios = demo.therapists["bio"]
    assert bios.is_unique
    openings = bios.str.split().str[1:4].str.join(" ")
    assert openings.value_counts().max() <= 3
    assert not bios.str.contains(r"\b(?:specialist|best|proven|success|cure[sd])\b", case=False).any()


def test_it_says_that_it_is_made_up() -> None:
    assert "made up" in data_path("demo", "README.md").read_text(encoding="utf-8")


def test_nobody_speaks_of_risk_unless_it_was_raised(demo: Clinic) -> None:
    said = demo.clients[demo.clients["about"].notna() & ~demo.clients["risk_raised"].fillna(False)]
    grave = {"suicide", "self_harm", "harm_to_others", "abuse", "child_safety"}
    assert not [
        text
        for text, flags in zip(said["about"], safety_flags(said["about"].tolist()), strict=True)
        if grave & set(flags)
    ]

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matcher.clinic import (
    Clinic,
    ClinicError,
    canonical_clients,
    canonical_therapists,
    client_frame,
    clients_from,
    read_clients,
    read_clinic,
    therapist_frame,
    therapists_from,
    write_clinic,
)
from matcher.clinic.schema import EPISODES
from matcher.domain.client import Client
from matcher.domain.therapist import Therapist


def test_a_frame_made_by_hand_becomes_canonical() -> None:
    frame = pd.DataFrame(
        {
            "client_id": [7, 8],
            "concerns": [["depression:3", "sleep:1"], "Sleep:2"],
            "age": [40, None],
            "risk_raised": [1.0, np.nan],
            "max_fee": ["120", ""],
            "next_opening_by": [date(2026, 3, 1), None],
            "enquired_at": [datetime(2026, 3, 1, 9, tzinfo=UTC), pd.NaT],
            "languages": ["English; Auslan", None],
            "shoe_size": [40, 41],
        },
        index=[5, 5],
    )
    clients = canonical_clients(frame)
    assert clients.index.equals(pd.RangeIndex(2))
    assert clients["client_id"].tolist() == ["7", "8"]
    assert clients["concerns"].tolist() == ["depression:3;sleep:1", "sleep:2"]
    assert clients["age"].dtype == "float64"
    assert clients["max_fee"].tolist()[0] == 120.0
    assert clients["risk_raised"].dtype == "boolean"
    assert clients["risk_raised"].isna().tolist() == [False, True]
    assert clients["languages"].isna().tolist() == [False, True]
    assert clients["next_opening_by"].dtype == "datetime64[us]"
    assert clients["enquired_at"].iloc[0] == pd.Timestamp("2026-03-01T09:00")
    assert "shoe_size" not in clients
    assert clients["about"].dtype == "str"


def test_plain_read_csv_gives_the_same_clients_as_our_reader(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(
        "client_id,concerns,age,risk_raised,enquired_at,score,measure,exclude_therapists\n"
        "1,depression:3,40,true,2026-01-02T03:04,12,phq9,5\n2,sleep:1,,,,,,\n",
        encoding="utf-8",
    )
    pd.testing.assert_frame_equal(canonical_clients(pd.read_csv(path)), read_clients(path)[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"age": [140]}, "row 1, column age: expected a number from 0 to 120 years"),
        ({"age": [np.inf]}, "column age"),
        ({"concerns": ["my private words"]}, "column concerns"),
        ({"measure": ["phq9"], "score": [28.0]}, "from 0 to 27"),
        ({"enquired_at": [pd.Timestamp("1066-10-14")]}, "between 1900 and 2100"),
        ({"latitude": [-37.0]}, "a longitude beside the latitude"),
        ({"client_id": [None]}, "required"),
    ],
)
def test_an_unusable_value_is_named_by_row_and_column_but_never_repeated(change: dict[str, object], said: str) -> None:
    frame = pd.DataFrame({"client_id": ["C1"], "concerns": ["sleep:1"]} | change)
    with pytest.raises(ClinicError) as caught:
        canonical_clients(frame)
    assert said in str(caught.value)
    assert "private" not in str(caught.value)
    assert [problem.line for problem in caught.value.problems] == [1]


def test_missing_and_doubled_columns_and_reused_ids_are_refused() -> None:
    frame = pd.DataFrame({"client_id": ["C1", "C1"], "concerns": ["sleep:1", "sleep:2"]})
    with pytest.raises(ClinicError, match="C1 on lines 1, 2"):
        canonical_clients(frame)
    with pytest.raises(ClinicError, match="missing: concerns"):
        canonical_clients(frame[["client_id"]])
    with pytest.raises(ClinicError, match="concerns occurs twice"):
        canonical_clients(frame.iloc[:1, [0, 1, 1]])


def test_the_same_client_twice_keeps_both_rows_so_that_answers_line_up() -> None:
    frame = pd.DataFrame({"client_id": ["C1", "C1"], "concerns": ["sleep:1", "sleep:1"]})
    assert len(canonical_clients(frame)) == 2


def test_an_argument_is_never_changed() -> None:
    frame = pd.DataFrame(
        {"therapist_id": [1], "name": ["A"], "concerns": ["Sleep"], "formats": ["Phone"], "capacity": [1.0]}
    )
    before = frame.copy()
    canonical_therapists(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_values_and_rows_are_the_same_client_and_therapist() -> None:
    client = Client("C1", (("depression", 3), ("sleep", 1)), datetime(2026, 1, 2, 3, 4), 40.0, languages=("english",))
    assert clients_from(client_frame([client])) == [client]
    therapist = Therapist("T1", "Ann", ("sleep",), ("phone", "telehealth"), 2, next_opening=date(2026, 5, 6), fee=99.5)
    assert therapists_from(therapist_frame([therapist])) == [therapist]
    assert len(client_frame([])) == len(therapist_frame([])) == 0


def test_an_unusable_frame_is_not_written(tmp_path: Path) -> None:
    therapists = therapist_frame([Therapist("T1", "Ann", ("sleep",), ("phone",), 2)])
    clinic = Clinic(therapists.assign(fee=-1.0), client_frame([]), pd.DataFrame())
    with pytest.raises(ClinicError, match="column fee"):
        write_clinic(clinic, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_clinic_in_a_log_shows_sizes_only() -> None:
    clients = client_frame([Client("C1", (("sleep", 1),), about="very private")])
    shown = repr(Clinic(therapist_frame([]), clients, pd.DataFrame()))
    assert shown == "Clinic(therapists=0, clients=1, episodes=0, problems=0)"


def test_an_apostrophe_before_a_sign_is_only_taken_off_what_was_read_from_a_file(tmp_path: Path) -> None:
    therapists = therapist_frame([Therapist("'=1", "'@Ann", ("sleep",), ("phone",), 2, bio="=sum")])
    assert therapists.loc[0, ["therapist_id", "name", "bio"]].tolist() == ["'=1", "'@Ann", "=sum"]
    write_clinic(Clinic(therapists, client_frame([]), pd.DataFrame(columns=EPISODES.required)), tmp_path)
    assert "''=1,''@Ann" in (tmp_path / "therapists.csv").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(read_clinic(tmp_path).therapists, therapists)

"""Matching as pages and commands use it."""

from typing import Any

import pandas as pd
import pytest
from made import client as client_row
from made import clinic, therapist

from matcher.clinic import ClinicError
from matcher.domain.client import Client
from matcher.domain.recommendation import Recommendation, Slate
from matcher.ranking.recommender import Recommender
from matcher.services.enquiries import clients_from_texts, concern_table
from matcher.services.matching import MatchingService, explain, load_recommender, recommendation_table


@pytest.fixture
def service() -> MatchingService:
    made = clinic(therapist("a", gender="woman"), therapist("b", gender="man"), people=(client_row("c"),))
    return MatchingService(made, load_recommender(made))


def test_a_client_sees_a_slate_with_the_wishes_receipt(service: MatchingService) -> None:
    who = Client("new", (("depression", 2),), therapist_gender=("woman",))
    slate = service.match(who)
    assert [found.therapist_id for found in slate.recommendations] == ["a", "b"]
    assert [entry.status for entry in slate.recommendations[1].receipt] == ["not_honoured"]
    assert [t.therapist_id for t in service.therapists()] == ["a", "b"]
    assert service.therapist("a").gender == "woman"
    with pytest.raises(KeyError):
        service.therapist("nobody")


def test_who_works_with_the_weightiest_concern_comes_first() -> None:
    wished = therapist("wished", gender="woman", concerns="depression")
    scope = therapist("scope", gender="man", concerns="perinatal")
    made = clinic(wished, scope, people=(client_row("c"),))
    service = MatchingService(made, load_recommender(made))
    who = Client("new", (("perinatal", 3), ("depression", 1)), therapist_gender=("woman",))
    slate = service.match(who)
    assert [(found.rank, found.therapist_id) for found in slate.recommendations] == [(1, "scope"), (2, "wished")]
    # The wish outweighs scope in the benefit itself, which is left as it is.
    assert slate.recommendations[0].benefit < slate.recommendations[1].benefit
    assert [found.therapist_id for found in service.match(who, top=1).recommendations] == ["scope"]


def test_a_raised_risk_waits_for_a_person(service: MatchingService) -> None:
    who = Client("new", (("depression", 2),), risk_raised=True)
    assert service.match(who).withheld
    assert service.match(who, safety_checked=True).recommendations


def test_an_explanation_of_someone_barred_names_the_limits() -> None:
    made = clinic(therapist("a"), therapist("b", capacity=0), people=(client_row("c", age=70),))
    told = explain(made, Recommender().fit(made), "c", "b")
    assert (told.eligible, told.recommendation) == (False, None)
    assert told.limits == ("Has no open place at the moment.", "Works with other ages (18 to 64).")
    for ids in (("x", "b"), ("c", "x")):
        with pytest.raises(ClinicError, match="'x'"):
            explain(made, Recommender().fit(made), *ids)


def test_sentences_with_semicolons_stay_one_cell() -> None:
    found = Recommendation("t", 1, 0, 0, 0, 0, 0, 0, None, reasons=("a; b", "c"), cautions=("d",), unknowns=("e",))
    table = recommendation_table([Slate("c", (found,))])
    assert table.iloc[0]["reasons"] == "a, b;c"
    assert table.iloc[0]["cautions"] == "d;e"
    assert pd.isna(table.iloc[0]["preference_fit"])


def test_a_table_without_clients_has_its_columns() -> None:
    assert list(recommendation_table([]))[:3] == ["client_id", "rank", "therapist_id"]


@pytest.mark.parametrize(
    ("who", "said"),
    [({"age": 5}, "works with this age"), ({"exclude_therapists": "a;b"}, "never to be suggested")],
)
def test_nobody_fits_and_nothing_could_be_relaxed(who: dict[str, Any], said: str) -> None:
    made = clinic(therapist("a"), therapist("b"), people=(client_row("c", **who),))
    table = recommendation_table(Recommender().fit(made).recommend(made.clients))
    assert said in table.iloc[0]["cautions"]
    assert pd.isna(table.iloc[0]["therapist_id"])


def test_a_clinic_without_therapists() -> None:
    made = clinic(people=(client_row("c"),))
    table = recommendation_table(Recommender().fit(made).recommend(made.clients))
    assert table.iloc[0]["cautions"] == "The clinic has no therapists yet"


def test_enquiries_become_clients_and_what_cannot_be_told_is_left_out() -> None:
    texts = ["I cannot sleep and I worry all day", "xq zv", ""]
    people = clients_from_texts(["a", "b", "c"], texts)
    assert people["client_id"].tolist() == ["a"]
    assert people.iloc[0]["concerns"].split(";")[0].endswith(":2")
    assert people.iloc[0]["about"] == texts[0]
    table = concern_table(["a", "b", "c"], texts, top=2)
    assert table["id"].value_counts().to_dict() == {"a": 2, "b": 1, "c": 1}
    assert table[table["id"] == "b"]["concern"].isna().all()
    assert table.groupby("id")["needs_reading"].all().to_dict() == {"a": False, "b": True, "c": False}

"""Shares of wishes are means of clients: next to none and to all they must not count the clients they are of."""

import numpy as np
import pytest

from matcher.reports.cases import cases
from matcher.reports.fairness import ANY_UNKNOWN, HONOURED, fairness
from matcher.reports.foretold import Foretold
from matcher.reports.groups import bounded_mean_by_group, mean_by_group
from matcher.reports.suppression import LEAST
from matcher.reports.values import ReportData
from tests.made import client, clinic, therapist
from tests.reports.made_clinics import scope

LABELS = ["a", "b", "c"]


def shares(*short: int, sizes: tuple[int, ...] = (20, 60, 70)) -> tuple[np.ndarray, np.ndarray]:
    """Return the share honoured of each group's clients, so many of whom had half of their wishes honoured."""
    values = [np.where(np.arange(size) < few, 50.0, 100.0) for few, size in zip(short, sizes, strict=True)]
    return np.concatenate(values), np.repeat(np.arange(len(sizes)), sizes).astype(np.intp)


@pytest.mark.parametrize("ends", [(0.0, 100.0), (100.0, 0.0)])
def test_a_mean_next_to_an_end_tells_neither_none_nor_one(ends: tuple[float, float]) -> None:
    least, most = ends
    for few in (0, 1, 2, 7):
        values, codes = shares(few, 40, 30)
        values = np.where(values == 100, most, (least + most) / 2)
        plain, found = mean_by_group(values, codes, LABELS), bounded_mean_by_group(values, codes, LABELS)
        assert not np.isnan(plain.figure.value[0]), "it would have been told"
        hidden = np.isnan(found.figure.value)
        assert hidden[0]
        # All others' mean, which a shown group's difference tells, is of more than the hidden few.
        assert np.isnan(found.difference.value[hidden]).all()
        assert few + sum(count for count, gone in zip((40, 30), hidden[1:], strict=True) if gone) >= LEAST
        assert found.n.tolist() == plain.n.tolist()


def test_where_many_fell_short_and_many_did_not_the_mean_is_told_within_its_ends() -> None:
    values, codes = shares(16, 40, 30)
    found = bounded_mean_by_group(values, codes, LABELS)
    assert found.figure.value == pytest.approx(mean_by_group(values, codes, LABELS).figure.value)
    values, codes = np.where(np.arange(140) % 70 < 12, 0.0, 100.0), np.repeat([0, 1], 70).astype(np.intp)
    values = np.where(np.arange(140) % 70 < 69, 100.0 - 99 * (np.arange(140) % 70 < 14), values)
    found = bounded_mean_by_group(values, codes, ["a", "b"])
    assert (found.figure.high <= 100).all()
    assert (found.figure.low >= 0).all()
    assert bounded_mean_by_group(*shares(20, 20, sizes=(20, 20)), ["a", "b"]).figure.high.max() <= 100


def wishes_of(unknown: int, unmet: int) -> list[str]:
    """Return what is said of young people's wishes where so many are not known and so many were not honoured."""
    staff = (therapist("t", gender="woman"), therapist("u", gender="man"), therapist("v"))
    ages = [15] * 24 + [40] * 120
    people = tuple(
        client(f"c{n}", age=age, enquired_at="2026-01-02 09:00", therapist_gender="woman") for n, age in enumerate(ages)
    )
    met = ["t"] * 24 + ["t", "u", "v"] * 40
    met[:unknown], met[unknown:unknown + unmet] = ["v"] * unknown, ["u"] * unmet  # fmt: skip
    courses = tuple(
        {"episode_id": f"e{n}", "client_id": f"c{n}", "therapist_id": who, "started_on": "2026-01-12"}
        for n, who in enumerate(met)
    )
    found = cases(ReportData(clinic(*staff, people=people, episodes=courses)), scope())
    nothing = Foretold(None, [], np.zeros(0), np.zeros(0))  # type: ignore[arg-type]
    frame = fairness(found, nothing).tables[0].frame
    young = frame[frame["what"].isin((HONOURED, ANY_UNKNOWN)) & (frame["group"] == "adolescent")]
    assert len(young) == 2
    return [str(value) for value in young.drop(columns=["people", "measured (%)"]).to_numpy().ravel()]


def test_a_report_does_not_tell_that_one_young_persons_wish_is_not_known_or_not_honoured() -> None:
    assert wishes_of(0, 0) == wishes_of(1, 0) == wishes_of(2, 0) == wishes_of(0, 1) == wishes_of(0, 2)

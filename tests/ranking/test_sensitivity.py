import numpy as np
import pytest
from arrays import Rows, some_components, some_prior, some_rows

from matcher.ranking.hierarchy import OutcomeModel
from matcher.ranking.posterior import solve
from matcher.ranking.sensitivity import missing_shift, sensitivity
from matcher.ranking.sums import OutcomeSums


def _rows():
    rows = some_rows(150, 6)
    rows.Y[:, 2] = np.where(np.isnan(rows.Y[:, 2]) & (rows.X[:, 1] > 0), 0.5, rows.Y[:, 2])
    return rows


def _model(rows):
    return OutcomeModel(components=some_components()).fit(*rows.parts(), some_prior())


def test_the_shift_is_what_filling_in_the_rows_gives():
    rows = _rows()
    model = _model(rows)
    gap = np.isnan(rows.Y[:, 1]) & ~np.isnan(rows.Y[:, 2])
    found = []
    for value in (0.7, 0.0):
        filled = rows.Y.copy()
        filled[gap, 1] = value
        sums = OutcomeSums.from_rows(rows.X, rows.Z, filled, rows.therapists)
        found.append(solve(sums, model.components_, model.prior_))
    shift = missing_shift(model)
    np.testing.assert_allclose(0.7 * shift.effects, found[0].effects - found[1].effects, atol=1e-9)
    np.testing.assert_allclose(0.7 * shift.fixed, found[0].fixed - found[1].fixed, atol=1e-9)
    assert shift.share == pytest.approx(gap.sum() / (~np.isnan(rows.Y[:, 2])).sum())


def test_a_therapist_who_loses_more_end_scores_falls_when_the_missing_did_worse():
    rows = some_rows(400, 4, missing=0.0)
    lost = (rows.therapists == "t00") & (np.arange(400) % 5 > 0)
    rows.Y[lost, 1] = np.nan
    model = _model(rows)
    worse = missing_shift(model).applied(model.posterior_, -1.0)
    change = (worse.effects - model.posterior_.effects)[:, 1, 0]
    assert change[0] < -0.05
    assert change[0] < change[1:].min()


def test_the_report_grows_with_the_shift():
    rows = _rows()
    report = sensitivity(_model(rows), rows.Z[:40], deltas=(0.0, -0.25, -1.0))
    assert report["correlation"].tolist()[0] == pytest.approx(1)
    assert report["first_choice_changed"].tolist()[0] == 0
    assert report["largest_change"].is_monotonic_increasing


def test_without_missing_scores_or_episodes_nothing_changes():
    rows = some_rows(60, missing=0.0)
    report = sensitivity(_model(rows), rows.Z)
    assert (report["largest_change"] == 0).all()
    assert (report["missing_share"] == 0).all()
    empty = sensitivity(_model(some_rows(0)), rows.Z)
    assert (empty["first_choice_changed"] == 0).all()


def test_the_level_column_must_be_one():
    rows = _rows()
    bent = Rows(rows.X, rows.Z * 2, rows.Y, rows.therapists)
    with pytest.raises(ValueError, match="must be 1"):
        missing_shift(_model(bent))

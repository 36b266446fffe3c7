"""Report cards against a mixed model of a trusted library, and what they say where nobody differs."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from matcher.reports.card import report_cards, restricted_likelihood


def world(rng, therapists=20, each=40, share=0.05, slope=0.6):
    """Return outcomes, case mix and therapists with a known share of variance between them, and their effects."""
    unit = np.repeat(np.arange(therapists), each)
    x = rng.normal(size=len(unit)) + 0.5 * rng.normal(size=therapists)[unit]
    own = np.sqrt(share) * rng.normal(size=therapists)
    y = slope * x + own[unit] + np.sqrt(1 - share) * rng.normal(size=len(unit))
    return y, np.column_stack((np.ones(len(unit)), x)), unit.astype(np.intp), own


def test_the_likelihood_is_highest_where_a_mixed_model_puts_it():
    y, C, unit, _ = world(np.random.default_rng(4), share=0.15)
    fitted = sm.MixedLM(y, C, unit).fit(reml=True)
    best = float(fitted.cov_re.squeeze()) / fitted.scale
    ratios = np.concatenate([best * np.linspace(0.6, 1.5, 60), [best]])
    found = restricted_likelihood(y, C, unit, ratios)
    assert ratios[found.argmax()] == pytest.approx(best, rel=0.03)


def test_shrunken_effects_are_those_of_a_mixed_model_where_the_share_is_well_known():
    y, C, unit, _ = world(np.random.default_rng(5), therapists=60, each=80, share=0.05)
    fitted = sm.MixedLM(y, C, unit).fit(reml=True)
    theirs = pd.Series({place: float(effect.iloc[0]) for place, effect in fitted.random_effects.items()})
    card = report_cards(y, C, unit, 60)
    assert np.corrcoef(card.value, theirs)[0, 1] > 0.999
    assert np.abs(card.value - theirs).max() < 0.03


def test_intervals_hold_therapists_true_effects():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(120):
        y, C, unit, own = world(rng, therapists=15, each=35)
        card = report_cards(y, C, unit, 15)
        held.append(((card.low <= own) & (own <= card.high)).mean())
    assert 0.92 < np.mean(held) < 0.985


def test_the_funnel_flags_no_more_than_its_nominal_share_where_all_are_alike():
    rng = np.random.default_rng(7)
    outside, wider = [], []
    for _ in range(300):
        y, C, unit, _ = world(rng, therapists=15, each=35, share=0.0)
        card = report_cards(y, C, unit, 15)
        outside.append((np.abs(card.raw) > card.limits(0.95, card.n)).mean())
        wider.append((np.abs(card.raw) > card.limits(0.998, card.n)).mean())
    assert np.mean(outside) < 0.055
    assert np.mean(wider) < 0.004


def test_nobody_is_told_apart_where_all_are_alike():
    rng = np.random.default_rng(8)
    named = []
    for _ in range(100):
        y, C, unit, _ = world(rng, therapists=15, each=35, share=0.0)
        card = report_cards(y, C, unit, 15)
        named.append(((card.reliability >= 0.7) & ((card.low > 0) | (card.high < 0))).mean())
    assert np.mean(named) < 0.01


def test_reliability_is_the_published_formula():
    y, C, unit, _ = world(np.random.default_rng(9), therapists=200, each=45, share=0.05)
    card = report_cards(y, C, unit, 200)
    # 45 cases at 5 % is .70 (n ICC / (1 + (n - 1) ICC)).
    assert card.reliability.mean() == pytest.approx(45 * card.share / (1 + 44 * card.share), abs=0.02)


def test_too_few_rows_or_one_therapist_give_no_cards():
    y, C, unit, _ = world(np.random.default_rng(10), therapists=1, each=30)
    assert report_cards(y, C, unit, 1) is None
    assert report_cards(y[:3], C[:3], np.array([0, 1, 1]), 2) is None

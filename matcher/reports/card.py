"""Report cards: how far each unit's outcomes lie from the average at equal case mix, shrunk as far as chance asks.

The model is y = C b + u_j + e with u_j of variance s r and e of variance s (1 - r). The share r that units explain is
averaged over, weighted by its restricted likelihood (Patterson & Thompson 1971) and by what has been published of
therapists: about 5 %, from 2.4 to 8 % (Johns 2019; Baldwin & Imel 2013; Mahon 2023). What results is an empirical Bayes
estimate (Efron & Morris 1975) whose interval also holds the doubt about r (Carlin & Gelfand 1990).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
NORMAL_95 = 1.959964
USUAL_SHARE = 0.05
#: SD of the log share: 2.4 to 8 % is the published range, taken as the middle 80 %.
SHARE_LOG_SD = 0.55
_SHARES: Floats = np.exp(np.linspace(np.log(0.001), np.log(0.6), 60))


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """Report cards of J units, each (J,); NaN where a unit has no rows.

    ``raw`` is the mean beyond the case mix; ``value``, ``low``, ``high`` its shrunken estimate; ``reliability`` the
    share of the raw mean's variance that is the unit's own; ``spread`` the SD of one row, ``share`` the share of
    variance that lies between units, with its ``degrees`` of freedom; ``weight`` how likely each share looked at is.
    """

    n: Floats
    raw: Floats
    value: Floats
    low: Floats
    high: Floats
    reliability: Floats
    spread: float
    share: float
    degrees: int
    weight: Floats

    def reliability_of(self, n: Floats) -> Floats:
        """Return the reliability of units of n rows (any shape): of counts in steps, it tells no more than they do."""
        ratio = _SHARES / (1 - _SHARES)
        return np.asarray((ratio * n[..., None] / (1 + ratio * n[..., None])) @ self.weight, dtype=np.float64)

    def limits(self, level: float, n: Floats) -> Floats:
        """Return how far from 0 a unit of n rows (any shape) like all others stays, this often (Spiegelhalter 2005)."""
        reach = stats.t.ppf(0.5 + level / 2, max(self.degrees, 1)) * self.spread
        return np.asarray(reach / np.sqrt(np.where(n > 0, n, np.nan)), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums of J units: sizes (J,), outcomes (J,), case mix (J, q); and the whole's cross products."""

    n: Floats
    y: Floats
    C: Floats
    CC: Floats
    Cy: Floats
    yy: float

    @property
    def squares(self) -> Floats:
        """Each unit's case mix times itself (J, q q)."""
        each: Floats = self.C[:, :, None] * self.C[:, None, :]
        return each.reshape(len(self.n), -1)


def report_cards(y: Floats, case_mix: Floats, unit: NDArray[np.intp], count: int) -> Card | None:
    """Return the cards of ``count`` units, None where there are fewer than two units or too few rows.

    Parameters
    ----------
    y, case_mix, unit
        Outcomes (n,), higher = better, without NaN; case mix (n, q) with an intercept; each row's unit.
    """
    C = independent_columns(case_mix)
    n, q = C.shape
    if n <= q + 2 or len(np.unique(unit)) < 2:
        return None
    sums = _sums(y, C, unit, count)
    ratio = _SHARES / (1 - _SHARES)
    pull = ratio[:, None] / (1 + ratio[:, None] * sums.n)
    inverse, likelihood, fixed, noise = _profile(sums, pull, ratio, n)
    prior = -0.5 * ((np.log(_SHARES) - np.log(USUAL_SHARE)) / SHARE_LOG_SD) ** 2
    weight = np.exp(likelihood + prior - (likelihood + prior).max())
    weight /= weight.sum()
    mean = pull * (sums.y - fixed @ sums.C.T)
    doubt = inverse.reshape(len(ratio), -1) @ sums.squares.T * pull**2
    variance = noise[:, None] * (pull + doubt)
    value = weight @ mean
    sd = np.sqrt(weight @ (variance + (mean - value) ** 2))
    plain, equal = _least_squares(sums, n)
    there = sums.n > 0
    raw = np.divide(sums.y - sums.C @ plain, sums.n, out=np.full(count, np.nan), where=there)
    return Card(
        sums.n,
        raw,
        np.where(there, value, np.nan),
        np.where(there, value - NORMAL_95 * sd, np.nan),
        np.where(there, value + NORMAL_95 * sd, np.nan),
        weight @ (pull * sums.n),
        float(np.sqrt(equal)),
        float(weight @ _SHARES),
        n - q,
        weight,
    )


def restricted_likelihood(y: Floats, case_mix: Floats, unit: NDArray[np.intp], ratio: Floats) -> Floats:
    """Return the restricted log likelihood (g,), up to a constant, of ratios of unit to residual variance (g,)."""
    C = independent_columns(case_mix)
    sums = _sums(y, C, unit, int(unit.max()) + 1)
    pull = ratio[:, None] / (1 + ratio[:, None] * sums.n)
    return _profile(sums, pull, ratio, len(y))[1]


def _sums(y: Floats, C: Floats, unit: NDArray[np.intp], count: int) -> _Sums:
    by_unit = np.column_stack([np.bincount(unit, column, count) for column in C.T])
    return _Sums(
        np.bincount(unit, minlength=count).astype(np.float64),
        np.bincount(unit, y, count).astype(np.float64),
        by_unit.astype(np.float64),
        C.T @ C,
        C.T @ y,
        float(y @ y),
    )


def _profile(sums: _Sums, pull: Floats, ratio: Floats, n: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return, for each of g ratios, the fixed effects' covariance factor, log likelihood, fixed effects and noise."""
    q = sums.C.shape[1]
    cross = sums.CC - (pull @ sums.squares).reshape(-1, q, q)
    right = sums.Cy - (pull * sums.y) @ sums.C
    fixed: Floats = np.asarray(np.linalg.solve(cross, right[..., None])[..., 0], dtype=np.float64)
    square = sums.yy - pull @ sums.y**2 - np.einsum("gq,gq->g", fixed, right)
    noise = np.maximum(square, 1e-12) / (n - q)
    spread = np.log1p(ratio[:, None] * sums.n).sum(axis=1)
    likelihood = -0.5 * ((n - q) * np.log(noise) + spread + np.linalg.slogdet(cross)[1])
    return np.asarray(np.linalg.inv(cross), dtype=np.float64), likelihood, fixed, noise


def _least_squares(sums: _Sums, n: int) -> tuple[Floats, float]:
    """Return the coefficients and residual variance were all units alike."""
    fixed: Floats = np.asarray(np.linalg.solve(sums.CC, sums.Cy), dtype=np.float64)
    return fixed, max(sums.yy - float(fixed @ sums.Cy), 1e-12) / (n - len(fixed))


def independent_columns(columns: Floats) -> Floats:
    """Return an intercept and the directions in which the other columns really differ, (n, at most q)."""
    n = len(columns)
    spread = columns.std(axis=0) if n else np.zeros(columns.shape[1])
    moving = columns[:, spread > 1e-9]
    one = np.ones((n, 1))
    if not moving.shape[1]:
        return one
    scaled = (moving - moving.mean(axis=0)) / spread[spread > 1e-9]
    size, directions = np.linalg.eigh(scaled.T @ scaled / n)
    kept = size > 1e-6
    return np.hstack((one, scaled @ directions[:, kept] / np.sqrt(size[kept])))

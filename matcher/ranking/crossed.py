"""Rates of units by domains on the logit scale: unit, domain and cell effects in closed form, variances by likelihood.

Row r of unit u and domain d has logit rate  m + a_d + b_u + c_ud + e_r:  a national level, a domain's difference, the
unit's own level, the unit's own strength in the domain, and what differs between one count of a cell and the next. The
counts enter as a normal approximation at the current rates, renewed until it settles (penalised quasi-likelihood).
Given the domains, units are independent and each solves in closed form, so a fit is a few passes over the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.special import expit, logit

from matcher.ranking.sums import Floats, Ints

CENTRE = np.log([0.30, 0.30, 0.15, 0.13])
"""Published or assumed spreads on the logit scale of domains, units, cells and repeated counts: drop-out varies between
therapists with SD .45 and improvement with a 5 % share (SD .4), less between services; domain strengths are about half
as wide; the last is the change from one year's count to the next, an assumption unless cells are counted repeatedly."""
WIDTH = np.array([0.7, 0.7, 0.7, 0.5])
NATIONAL_VARIANCE = 25.0
ROUNDS = 25
SETTLED = 1e-4


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of counts: ``n``, ``improved``, and the places of each row's ``unit``, ``domain`` and ``cell``.

    ``cell_unit`` and ``cell_domain`` say where each cell belongs. ``step``: counts are rounded to multiples of this
    (0 for exact counts).
    """

    n: Floats
    improved: Floats
    cell: Ints
    cell_unit: Ints
    cell_domain: Ints
    step: float = 0.0

    @property
    def n_units(self) -> int:
        """Return the number of units."""
        return int(self.cell_unit.max()) + 1 if self.cell_unit.size else 0

    @property
    def n_domains(self) -> int:
        """Return the number of domains."""
        return int(self.cell_domain.max()) + 1 if self.cell_domain.size else 0


@dataclass(frozen=True, slots=True)
class CellPosterior:
    """Logit rate of each cell, its variance, and the log marginal likelihood of the spreads behind it."""

    mean: Floats
    variance: Floats
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class Crossed:
    """A fitted crossed model: cells' posterior and the spreads of domains, units, cells and repeated counts."""

    cells: CellPosterior
    spreads: Floats


def fit_crossed(counts: Counts) -> Crossed:
    """Return the fitted model of the counts."""
    national = (counts.improved.sum() + 1.0) / (counts.n.sum() + 2.0)
    log_spreads = CENTRE.copy()
    eta = np.full(len(counts.cell_unit), logit(national))
    for _ in range(ROUNDS):
        precision, response = _linearised(counts, eta[counts.cell])
        log_spreads = _spreads(counts, precision, response, log_spreads)
        cells = _solve(counts, precision, response, np.exp(log_spreads))
        change = float(np.abs(expit(cells.mean) - expit(eta)).max(initial=0.0))
        eta = cells.mean
        if change < SETTLED:
            break
    return Crossed(cells, np.exp(log_spreads))


def _linearised(counts: Counts, eta: Floats) -> tuple[Floats, Floats]:
    """Return each row's precision and response on the logit scale at the current rates."""
    rate = expit(eta)
    information = np.maximum(rate * (1 - rate), 1e-6)
    n = np.maximum(counts.n, 1.0)
    noise = chance(rate, n, counts.step)
    response = eta + np.where(counts.n > 0, (counts.improved / n - rate) / information, 0.0)
    return np.where(counts.n > 0, 1 / noise, 0.0), response


def chance(rate: Floats, n: Floats, step: float) -> Floats:
    """Return the variance on the logit scale of a rate counted among n, both counts rounded to `step`."""
    information = np.maximum(rate * (1 - rate), 1e-6)
    rounding = step**2 / 12 * (1 + rate**2) / (n * information) ** 2
    variance: Floats = 1 / (n * information) + rounding
    return variance


def _spreads(counts: Counts, precision: Floats, response: Floats, start: Floats) -> Floats:
    def objective(log_spreads: Floats) -> float:
        away = (log_spreads - CENTRE) / WIDTH
        return float(away @ away) / 2 - _share(counts, precision, response, np.exp(log_spreads)).log_likelihood

    found = minimize(objective, start, method="L-BFGS-B", bounds=[(c - 4, c + 3) for c in CENTRE])
    return np.asarray(found.x, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Cells:
    """What the rows say of each cell: ``weight``, ``mean``, and ``held``, the weight left when cells vary."""

    weight: Floats
    mean: Floats
    held: Floats
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class _Shared:
    """What cells share given the spreads: the equations of nation and domains, and each unit's own level."""

    cells: _Cells
    design: Floats
    shrink: Floats
    factor: tuple[Floats, bool]
    fixed: Floats
    own: Floats
    log_likelihood: float


def _share(counts: Counts, precision: Floats, response: Floats, spreads: Floats) -> _Shared:
    """Solve what the cells share; rows and cells with no counts carry no precision."""
    of_domain, of_unit, of_cell, of_row = spreads**2
    unit, domain = counts.cell_unit, counts.cell_domain
    n_units, n_domains = counts.n_units, counts.n_domains
    cells = _pooled(counts, precision, response, of_cell, of_row)
    # units carry sums of their cells; the national and domain columns are solved with the units taken out
    places = unit * n_domains + domain
    table: Floats = np.asarray(np.bincount(places, cells.held, n_units * n_domains), dtype=np.float64)
    table = table.reshape(n_units, n_domains)
    unit_weight = table.sum(axis=1)
    design = np.column_stack([unit_weight, table])
    shrink = of_unit / (1 + of_unit * unit_weight)
    unit_right = np.bincount(unit, cells.held * cells.mean, n_units)
    left = _domain_equations(table, of_domain) - design.T @ (shrink[:, None] * design)
    by_domain = np.bincount(domain, cells.held * cells.mean, n_domains)
    right = np.concatenate([[by_domain.sum()], by_domain]) - design.T @ (shrink * unit_right)
    factor = cho_factor(left)
    fixed = cho_solve(factor, right)
    log_likelihood = cells.log_likelihood + 0.5 * float(
        shrink @ unit_right**2
        + right @ fixed
        - np.sum(np.log1p(of_unit * unit_weight))
        - 2 * np.sum(np.log(np.diagonal(factor[0])))
        - n_domains * np.log(of_domain)
    )
    return _Shared(cells, design, shrink, factor, fixed, shrink * (unit_right - design @ fixed), log_likelihood)


def _solve(counts: Counts, precision: Floats, response: Floats, spreads: Floats) -> CellPosterior:
    """Return the cells' posterior given the spreads."""
    unit, domain, of_cell = counts.cell_unit, counts.cell_domain, spreads[2] ** 2
    found = _share(counts, precision, response, spreads)
    covariance = cho_solve(found.factor, np.eye(len(found.fixed)))
    expected = found.fixed[0] + found.fixed[1 + domain] + found.own[unit]
    kept = 1 / (1 + of_cell * found.cells.weight)
    # a cell moves with nation, domain and unit by `kept`, and alone by of_cell * kept
    reach = -found.shrink[unit, None] * found.design[unit]
    reach[:, 0] += 1
    reach[np.arange(len(unit)), 1 + domain] += 1
    shared = np.einsum("cq,cq->c", reach @ covariance, reach) + found.shrink[unit]
    mean = expected + (1 - kept) * (found.cells.mean - expected)
    return CellPosterior(mean, of_cell * kept + kept**2 * shared, found.log_likelihood)


def _pooled(counts: Counts, precision: Floats, response: Floats, of_cell: float, of_row: float) -> _Cells:
    """Pool the rows of each cell."""
    n_cells = len(counts.cell_unit)
    row = precision / (1 + of_row * precision)
    weight = np.bincount(counts.cell, row, n_cells)
    mean = np.bincount(counts.cell, row * response, n_cells) / np.where(weight > 0, weight, 1.0)
    held = weight / (1 + of_cell * weight)
    log_likelihood = 0.5 * float(
        np.sum(np.log(row[row > 0]))
        - np.sum(np.log1p(of_cell * weight))
        - row @ (response - mean[counts.cell]) ** 2
        - held @ mean**2
    )
    return _Cells(np.asarray(weight, dtype=np.float64), mean, held, log_likelihood)


def _domain_equations(table: Floats, of_domain: float) -> Floats:
    """Return the left side of the equations of the national level and the domains, with their priors."""
    by_domain = table.sum(axis=0)
    left = np.diag(np.concatenate([[by_domain.sum() + 1 / NATIONAL_VARIANCE], by_domain + 1 / of_domain]))
    left[0, 1:] = left[1:, 0] = by_domain
    return left

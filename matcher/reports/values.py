"""The parts of a report as values: statistics fill them, rendering draws them, neither knows the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    # Whoever only draws pictures need not load what finds the numbers.
    from matcher.clinic.folder import Clinic
    from matcher.evaluation.report import EvaluationReport

#: The columns each kind of picture is drawn from; a missing number is a cell that was hidden or not measured.
#: flow: step, n, before. intervals: label, value, low, high, n (and group, where rows come in groups).
#: funnel: label, n, value, centre, low95, high95, low998, high998. calibration: predicted, observed, low, high, n,
#: complete. trend: month, value, low, high, n (and series).
PictureKind = Literal["flow", "intervals", "funnel", "calibration", "trend"]


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last, both counted."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: a period against the one before, and one concern or all."""

    period: Period
    before: Period
    concern: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class ReportData:
    """A clinic's rows, and what its store adds where there is one: each enquiry's way, and the slates shown.

    ``enquiries``: client_id, source, received_at, offered_at, booked_at, first_session_at, closed_at, closed_reason,
    state, and where it is known third_session_at (moments in UTC, missing where it did not happen). ``slates``:
    slate_id, client_id, made_at, model_hash, rank, therapist_id, benefit, propensity (the chance with which the
    therapist stood in that place), chosen, and where it is known relaxed and loosened (a limit had given way before: by
    staff, or by the client's own hand). ``given_way``: client_id, at (UTC), limit, by (staff or client), one row a
    limit. ``newest`` is the newest day the clinic's records tell of, by default that of the rows; it is given where
    these are of one concern alone. ``trial``: client_id, arm (recommended or usual), chance, that of being given the
    recommended arm, and where it is known assigned_at, where clients were assigned by chance; no command or page sets
    it, only Python. ``sites``: each therapist's site, where the clinic has more than one. ``evaluation`` is one made
    before with the rivals of the report; without it the report makes its own.
    """

    clinic: Clinic
    enquiries: pd.DataFrame | None = None
    slates: pd.DataFrame | None = None
    trial: pd.DataFrame | None = None
    sites: Mapping[str, str] | None = None
    evaluation: EvaluationReport | None = None
    given_way: pd.DataFrame | None = None
    newest: date | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it may be shown and exported: small numbers are already hidden, column names are words."""

    key: str
    title: str
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


#: Limits of a funnel are lines: they need so many therapists, with more and with fewer courses.
_FEWEST_IN_FUNNEL = 3


def funnel_stands(n: ArrayLike) -> bool:
    """Tell whether a funnel can be drawn of therapists with so many courses counted."""
    counts = np.asarray(n)
    return len(counts) >= _FEWEST_IN_FUNNEL and len(np.unique(counts)) > 1


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its kind, its numbers, and what it shows in words for whoever cannot see it."""

    key: str
    kind: PictureKind
    title: str
    alt: str
    frame: pd.DataFrame
    unit: str = ""
    #: Where no difference, or the clinic's own mean, lies.
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report: a sentence that says what it shows, what is behind it, and the method a click away."""

    key: str
    title: str
    sentence: str
    method: str
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an owner asks first, and the answer in a sentence or two."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report, for owners and leads: nothing of it reaches clients."""

    title: str
    scope: Scope
    made_on: date
    sections: tuple[Section, ...]
    answers: tuple[Answer, ...] = ()

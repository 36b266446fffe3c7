"""What a clinic's files would hold of courses of work: dates, endings, scores, alliances, and what goes missing."""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from matcher.clinic.schema import EPISODES
from matcher.domain.vocabulary import MEASURES
from matcher.simulation.courses import Courses
from matcher.simulation.draws import Bools, Rng, date_column, day_number, text_column
from matcher.simulation.world import World

Floats = NDArray[np.floating]
# A measured alliance of 7.5 (SD 1.75) of 10: client means 3.8-4.2, SD .65-.80 on 1 to 5, rescaled (from memory). The
# scale's end at 10 makes it negatively skewed, as alliance scores are.
_ALLIANCE_MEAN, _ALLIANCE_SD = 7.5, 1.75
# Of the error in one session's alliance, the share that goal, task and bond do not have in common: assumption.
_SCALE_ERROR = 0.6


@dataclass(frozen=True, eq=False)
class Begun:
    """Courses that began, one row each: whose they are, the day they started on, and how the two came together."""

    clients: pd.DataFrame
    severity: Floats
    therapist_ids: NDArray[np.object_]
    started: Floats
    matched_by: NDArray[np.object_]


def record_episodes(rng: Rng, begun: Begun, courses: Courses, world: World) -> pd.DataFrame:
    """Return the episodes frame, their ids still to be given, as the clinic's files hold it today."""
    clients, started = begun.clients, begun.started
    today = day_number(world.today)
    last = started + (courses.sessions - 1) * courses.gap
    ended = last <= today
    held = np.where(ended, courses.sessions, 1 + np.floor((today - started) / courses.gap))
    ending = np.where(courses.left, "dropped_out", np.where(courses.changed, "changed_therapist", "planned"))
    columns: dict[str, object] = {
        "client_id": text_column(clients["client_id"]),
        "therapist_id": text_column(begun.therapist_ids),
        "started_on": date_column(started),
        "ended_on": date_column(np.where(ended, last, np.nan)),
        "sessions": held,
        "ending": text_column(np.where(ended, ending, "ongoing")),
        "measure": text_column(clients["measure"]),
        "score_start": clients["score"].to_numpy(np.float64),
        "score_end": _end_scores(rng, begun, courses.improvement, ended, world),
        "matched_by": text_column(begun.matched_by),
    }
    columns |= _alliances(rng, courses.alliance, held >= 3, world)
    columns["episode_id"] = columns["client_id"]
    return pd.DataFrame(columns)[[column.name for column in EPISODES.columns]]


def _end_scores(rng: Rng, begun: Begun, improvement: Floats, ended: Bools, world: World) -> Floats:
    """Return end scores; fewer of those who did badly are asked (``World.missing_or``), none before the ending."""
    measure, severity = begun.clients["measure"], begun.severity
    share = world.two_score_completeness / world.start_completeness
    tilt = log(world.missing_or)
    kept = rng.random(len(severity)) < expit(log(share / (1 - share)) + tilt * improvement) if share < 1 else ended
    # Those kept did better than all by about this much, so that the published effect shows among the kept.
    gain = world.pre_post_effect - end_residual(world) * (tilt * (1 - share) if share < 1 else 0.0)
    end = (
        world.severity_mean
        - gain
        + world.start_end_r * world.end_spread * (severity - world.severity_mean)
        - end_residual(world) * improvement
    )
    score = np.full(len(severity), np.nan)
    for code in measure.dropna().unique():
        m, here = MEASURES[code], (measure == code).to_numpy(bool)
        score[here] = np.clip(np.round(m.intake_mean + m.intake_sd * end[here]), m.minimum, m.maximum)
    return np.where(kept & ended, score, np.nan)


def end_residual(world: World) -> float:
    """Return the SD of end scores given start scores, in SD of intake scores: what one unit of improvement is worth."""
    return world.end_spread * sqrt(1 - world.start_end_r**2)


def _alliances(rng: Rng, alliance: Floats, asked: Bools, world: World) -> dict[str, Floats]:
    """Return goal, task and bond, 0 to 10 in half points, whose mean is as reliable as one session's alliance is."""
    n = len(alliance)
    error = 1 - world.alliance_reliability
    shared = sqrt(error * (1 - _SCALE_ERROR / 3)) * rng.standard_normal(n)
    answered = asked & (rng.random(n) < world.alliance_completeness)
    columns = {}
    for name in ("alliance_goal", "alliance_task", "alliance_bond"):
        felt = alliance + shared + sqrt(error * _SCALE_ERROR) * rng.standard_normal(n)
        score = np.clip(np.round((_ALLIANCE_MEAN + _ALLIANCE_SD * felt) * 2) / 2, 0, 10)
        columns[name] = np.where(answered, score, np.nan)
    return columns

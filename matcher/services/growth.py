"""What it costs as a clinic grows into a network: time and memory by size, beside peers, and quality."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

from matcher.evaluation.truth import learning_curve, shares
from matcher.services.growth_work import CLIENTS_A_THERAPIST
from matcher.services.measured_on import machine, measured_when

# A point that takes longer is given up, and said to have failed.
_POINT_SECONDS = 900
# Sizes a slope is taken over: two decades.
_UPPER = 3
# What takes less says more about the clock and fixed costs than about growth, and is left out of slopes.
_SLOPE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Engine:
    """One way of doing a task: the package it needs, and the largest size it is asked for."""

    name: str
    package: str = "matcher"
    largest: int = 10**9


@dataclass(frozen=True, slots=True)
class Task:
    """Something that grows: what is counted, and who does it."""

    name: str
    counts: str
    smallest: int
    engines: tuple[Engine, ...]
    #: Sizes between the tenfold steps.
    between: tuple[int, ...] = ()
    #: Things on the other side of each pair, as a share of those counted; None where rows alone grow.
    others: float | None = None

    def rows(self, n: int) -> int:
        """Return the rows, or the pairs, that a size stands for: what a slope is taken over."""
        return n if self.others is None else round(n * n * self.others)


TASKS: tuple[Task, ...] = (
    Task(
        "ranking 20 clients",
        "therapists",
        1_000,
        (
            Engine("matcher ranks"),
            Engine("matcher top-K"),
            Engine("product and partition"),
            Engine("FAISS flat", "faiss"),
            Engine("implicit top-K", "implicit"),
        ),
    ),
    Task(
        "learning",
        "episodes",
        10_000,
        (
            Engine("matcher learns"),
            Engine("LightGBM", "lightgbm", 1_000_000),
            Engine("GPBoost", "gpboost", 1_000_000),
        ),
    ),
    Task(
        "placing",
        "clients",
        200,
        (
            Engine("matcher places"),
            Engine("SciPy assignment", "scipy", 2_000),
            Engine("OR-tools flow", "ortools", 2_000),
        ),
        (6_000,),
        1 / CLIENTS_A_THERAPIST,
    ),
)


def measure_growth(
    largest: dict[str, int], only: Collection[str] = (), progress: Callable[[str], object] | None = None
) -> dict[str, Any]:
    """Return points and slopes of every task, or of those whose things counted are in ``only``, up to a largest size.

    A point is measured in a process of its own on one thread; an engine whose package is not installed is named and
    left out. A slope is of log processor seconds on log rows (in placing: pairs) over the upper decades, where fixed
    costs no longer hide it, of points of 50 ms or more: at most 1 means that the cost grows no faster than the rows.
    The day, the commit (in a repository that git can read) and the machine are said with them.
    """
    points: list[dict[str, Any]] = []
    missing: list[str] = []
    # With each point, since a file may keep some tasks' points from an earlier run.
    when = measured_when()
    for task in TASKS:
        for engine in task.engines if not only or task.counts in only else ():
            if find_spec(engine.package) is None:
                missing.append(engine.name)
                continue
            for n in _sizes(task, min(largest[task.counts], engine.largest)):
                said = {"task": task.name, "counts": task.counts, "rows": task.rows(n)}
                points.append(_point(engine.name, n) | said | when)
                if progress is not None:
                    progress(f"{engine.name}, {n:,} {task.counts}")
    return {
        "points": points,
        "slopes": _slopes(points),
        "not_installed": missing,
        "measured": when | {"machine": machine()},
    }


def with_earlier(found: dict[str, Any], earlier: dict[str, Any]) -> dict[str, Any]:
    """Return what was found, with an earlier run's points of the tasks that were not measured again."""
    again = {point["task"] for point in found["points"]}
    kept = [point for point in earlier["points"] if point["task"] not in again]
    order = [task.name for task in TASKS]
    points = sorted([*kept, *found["points"]], key=lambda point: order.index(point["task"]))
    return earlier | found | {"points": points, "slopes": _slopes(points)}


def tasks_of(found: dict[str, Any]) -> list[Task]:
    """Return the tasks that something was found of."""
    there = {point["task"] for point in found["points"]}
    return [task for task in TASKS if task.name in there]


def measure_quality(episodes: Sequence[int], clinics: int) -> dict[str, dict[str, float]]:
    """Return each recommender's mean share of an oracle's gain by number of episodes, on made-up clinics."""
    found = shares(learning_curve(episodes, range(clinics)))
    return {
        str(recommender): {str(size): round(float(share), 3) for size, share in row.items()}
        for recommender, row in found.iterrows()
    }


def growth_picture(points: Sequence[dict[str, Any]], task: str) -> str:
    """Return one task's curves by size, seconds above memory, ours beside the peers', as SVG."""
    frame = pd.DataFrame([point for point in points if point["task"] == task])
    counts = str(frame["counts"].iloc[0])
    whole = alt.vconcat(
        _curves(frame, "seconds", "seconds, one thread"),
        _curves(frame, "peak_gib", "peak memory, GiB"),
        title=f"{task[0].upper()}{task[1:]}, by number of {counts}",
    )
    return str(vl_convert.vegalite_to_svg(whole.to_json()))


def _curves(frame: pd.DataFrame, column: str, title: str) -> alt.Chart:
    engines = frame["engine"].drop_duplicates().tolist()
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_line(point=True)
        .encode(
            alt.X("n:Q", scale=alt.Scale(type="log"), title=str(frame["counts"].iloc[0])),
            alt.Y(f"{column}:Q", scale=alt.Scale(type="log"), title=title),
            alt.Color("engine:N", title=None, scale=alt.Scale(domain=engines, range=_COLOURS[: len(engines)])),
            alt.Shape("engine:N", title=None, scale=alt.Scale(domain=engines)),
        )
        .properties(width=520, height=220)
    )
    return chart


# Okabe and Ito (2008): told apart by people of all kinds of colour vision.
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"]


def _sizes(task: Task, largest: int) -> Iterator[int]:
    sizes, n = {size for size in task.between if size <= largest}, task.smallest
    while n <= largest:
        sizes.add(n)
        n *= 10
    yield from sorted(sizes)


def _point(engine: str, n: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "matcher.services.growth_work", engine, str(n)]
    # From the start: a library loaded later, as GPBoost's own OpenMP is, would miss a limit set in the process.
    alone = os.environ | {"OMP_NUM_THREADS": "1"}
    failed = {"engine": engine, "n": n, "seconds": None, "processor_seconds": None, "peak_gib": None}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_POINT_SECONDS, check=False, env=alone)
    except subprocess.TimeoutExpired:
        return failed | {"failed": f"took more than {_POINT_SECONDS} seconds"}
    if done.returncode:
        return failed | {"failed": done.stderr[-300:]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _slopes(points: Sequence[dict[str, Any]]) -> dict[str, float]:
    slopes = {}
    tasks = {task.name: task for task in TASKS}
    for engine in dict.fromkeys(point["engine"] for point in points):
        own = [p for p in points if p["engine"] == engine and (p.get("processor_seconds") or 0) >= _SLOPE_SECONDS]
        curve = [(tasks[point["task"]].rows(point["n"]), point["processor_seconds"]) for point in own][-_UPPER:]
        if len(curve) > 1:
            rows, seconds = np.log(np.array(curve, dtype=np.float64)).T
            slopes[engine] = round(float(np.polyfit(rows, seconds, 1)[0]), 3)
    return slopes

"""The cost curves: points from processes of their own, slopes of the upper decades, failures said and not hidden."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.cli import app
from matcher.services import growth, measured_on
from matcher.services.growth import Engine, Task, growth_picture, measure_growth
from matcher.services.growth_work import measure


def point(engine: str, n: int, seconds: float) -> dict[str, object]:
    return {"engine": engine, "n": n, "seconds": 2 * seconds, "processor_seconds": seconds, "peak_gib": 0.5}


def test_slopes_are_of_the_upper_decades(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {1_000: 0.5, 10_000: 0.6, 100_000: 1.2, 1_000_000: 12.0}
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, seconds[n]))
    monkeypatch.setattr(growth, "TASKS", (Task("ranking", "therapists", 1_000, (Engine("a"), Engine("b", "no_such"))),))
    found = measure_growth({"therapists": 1_000_000})
    assert [point["n"] for point in found["points"]] == list(seconds)
    assert found["slopes"] == {"a": pytest.approx(0.651, abs=0.001)}
    assert found["not_installed"] == ["b"]
    assert growth_picture(found["points"], "ranking").startswith("<svg")


def test_an_engine_is_asked_for_no_more_than_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, 1.0))
    monkeypatch.setattr(growth, "TASKS", (Task("placing", "clients", 200, (Engine("a", largest=2_000),)),))
    assert [point["n"] for point in measure_growth({"clients": 20_000})["points"]] == [200, 2_000]


def test_the_placing_curve_has_a_point_between_its_last_two_tenfold_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, 1.0))
    found = measure_growth({"clients": 20_000}, ["clients"])["points"]
    assert [p["n"] for p in found if p["engine"] == "matcher places"] == [200, 2_000, 6_000, 20_000]


def test_what_took_less_than_50_ms_is_in_no_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {10: 0.049, 100: 0.05, 1_000: 0.5}
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, seconds[n]))
    monkeypatch.setattr(growth, "TASKS", (Task("placing", "clients", 10, (Engine("a"),)),))
    assert measure_growth({"clients": 1_000})["slopes"] == {"a": pytest.approx(1.0)}


def test_the_day_the_commit_and_the_machine_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, 1.0))
    monkeypatch.setattr(growth, "TASKS", (Task("placing", "clients", 10, (Engine("a"),)),))
    said = measure_growth({"clients": 10})["measured"]
    assert said["day"] == date.today().isoformat()
    assert said["machine"]["cores"] >= 1
    # No repository: no commit, and no other's.
    monkeypatch.setattr(measured_on, "__file__", str(tmp_path / "measured_on.py"))
    alone = measure_growth({"clients": 10})
    assert "commit" not in alone["measured"]
    assert alone["points"][0]["day"] == said["day"]


def test_one_task_measured_again_leaves_the_others_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = (Task("learning", "episodes", 10, (Engine("a"),)), Task("placing", "clients", 10, (Engine("b"),)))
    monkeypatch.setattr(growth, "TASKS", tasks)
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, n / 10))
    earlier = measure_growth({"episodes": 100, "clients": 100})
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, n * n / 10))
    both = growth.with_earlier(measure_growth({"episodes": 100, "clients": 100}, ["clients"]), earlier)
    assert [found["engine"] for found in both["points"]] == ["a", "a", "b", "b"]
    assert both["slopes"] == {"a": pytest.approx(1), "b": pytest.approx(2)}


def test_the_slope_of_placing_is_in_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_point", lambda engine, n: point(engine, n, n * n / 1e6))
    found = measure_growth({"clients": 20_000}, ["clients"])
    assert found["slopes"]["matcher places"] == pytest.approx(1)
    assert {p["n"]: p["rows"] for p in found["points"] if p["engine"] == "matcher places"}[2_000] == 400_000


def test_the_command_draws_again_what_was_measured(tmp_path: Path) -> None:
    points = [point("matcher places", n, n / 10) | {"task": "placing", "counts": "clients"} for n in (200, 2_000)]
    out = tmp_path / "growth.json"
    said = {"points": points, "slopes": {"matcher places": 1.0}, "not_installed": []}
    out.write_text(json.dumps(said))
    assert CliRunner().invoke(app, ["benchmark", "--redraw", "--out", str(out)]).exit_code == 0
    assert "matcher places" in (tmp_path / "growth-clients.svg").read_text()
    assert json.loads(out.read_text()) == said


@pytest.mark.parametrize(("asked", "said"), [(["--only", "cats"], "use therapists"), (["--redraw"], "needs --out")])
def test_what_the_command_cannot_do_is_said(asked: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["benchmark", *asked])
    assert (done.exit_code, said in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_point_that_fails_is_said_so() -> None:
    assert "KeyError" in growth._point("no such engine", 1_000)["failed"]


@pytest.mark.parametrize(
    ("engine", "n"),
    [("matcher ranks", 1_200), ("matcher top-K", 1_000), ("matcher learns", 500), ("matcher places", 50)],
)
def test_each_of_our_engines_runs(engine: str, n: int) -> None:
    found = measure(engine, n)
    assert found["seconds"] > 0
    assert json.loads(json.dumps(found))["n"] == n

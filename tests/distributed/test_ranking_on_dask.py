"""Slates ranked on worker processes are those of one machine; nobody is lost, and a failure leaves nothing behind."""

import json
import pickle
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from clusters import local_cluster
from dask import delayed
from distributed import LocalCluster
from typer.testing import CliRunner

from matcher.allocation.large import solve_large
from matcher.allocation.problem import problem
from matcher.allocation.solving import solve
from matcher.cli import app
from matcher.clinic import Clinic
from matcher.clinic.frames import canonical_clients
from matcher.config import read_settings
from matcher.distributed.cluster import connected
from matcher.distributed.files import list_folder
from matcher.distributed.parts import client_parts
from matcher.distributed.scoring import _rank_part, rank_parts
from matcher.domain.vocabulary import CONCERNS
from matcher.ranking.learning import learn
from matcher.ranking.recommender import Recommender
from matcher.ranking.sums import OutcomeSums
from matcher.services.clinic_data import clinic_store
from matcher.services.growth_work import peak_gib, wide_ranking
from matcher.services.scaling import rank_on_cluster
from matcher.simulation.clinic import simulate_clinic
from matcher.store.clinics import import_clinic
from matcher.store.enquiries import add_enquiry, record_safety_call
from matcher.store.therapist_desk import TherapistSettings, change_settings

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(600, 25, seed=8)
    clients = made.clients.copy()
    clients.loc[3, "about"] = "I want to end my life"
    clients.loc[5, "risk_raised"] = True
    clients.loc[7, "exclude_therapists"] = ";".join(made.therapists["therapist_id"])
    return Clinic(made.therapists, clients, made.episodes)


@pytest.fixture(scope="module")
def folder(clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parts") / "clinic"
    (path / "clients").mkdir(parents=True)
    (path / "episodes").mkdir()
    clinic.therapists.to_parquet(path / "therapists.parquet")
    clinic.episodes.to_parquet(path / "episodes" / "all.parquet")
    for name, first, stop in (("a", 0, 50), ("b", 50, 50), ("c", 50, 600)):
        clinic.clients.iloc[first:stop].to_parquet(path / "clients" / f"{name}.parquet")
    return path


def test_slates_are_those_of_one_machine(cluster: LocalCluster, clinic: Clinic, folder: Path, tmp_path: Path) -> None:
    recommender = Recommender().fit(clinic)
    with connected(cluster.scheduler_address) as client:
        rows = rank_parts(client, recommender.ranking(), client_parts(list_folder(folder)), tmp_path / "slates", 3)
    found = pd.read_parquet(tmp_path / "slates")
    assert len(found) == rows
    assert set(found["client_id"]) == set(clinic.clients["client_id"])
    raised = clinic.clients["client_id"].iloc[[3, 5]]
    assert set(found.loc[found["withheld"], "client_id"]) >= set(raised)
    assert found.loc[found["withheld"], "therapist_id"].isna().all()
    assert found.loc[found["client_id"] == clinic.clients["client_id"][7], "therapist_id"].isna().all()
    slates = recommender.recommend(clinic.clients, 3)
    for slate in slates:
        mine = found[found["client_id"] == slate.client_id].dropna(subset="therapist_id")
        assert mine["therapist_id"].tolist() == [r.therapist_id for r in slate.recommendations]
        np.testing.assert_allclose(mine["benefit"], [r.benefit for r in slate.recommendations], atol=1e-6)


def test_a_failed_run_leaves_nothing_and_a_folder_is_never_written_over(
    cluster: LocalCluster, clinic: Clinic, folder: Path, tmp_path: Path
) -> None:
    recommender = Recommender().fit(clinic)
    with connected(cluster.scheduler_address) as client:
        parts = client_parts(list_folder(folder))
        with pytest.raises(AttributeError):
            rank_parts(client, None, parts, tmp_path / "slates", 3)  # type: ignore[arg-type]
        assert list(tmp_path.iterdir()) == []
        (tmp_path / "slates").mkdir()
        with pytest.raises(FileExistsError):
            rank_parts(client, recommender.ranking(), parts, tmp_path / "slates", 3)


def test_what_a_killed_worker_had_begun_is_not_published(
    cluster: LocalCluster, clinic: Clinic, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranking = Recommender().fit(clinic).ranking()
    (tmp_path / "half").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(pd.DataFrame, "to_parquet", half_written)
        with pytest.raises(OSError, match="killed"):
            _rank_part(clinic.clients.head(4), ranking, tmp_path / "half" / "part-00000.parquet", 3)
    (begun,) = (tmp_path / "half").iterdir()
    # While it lies there, whole files beside it can be read.
    rows = _rank_part(clinic.clients.head(4), ranking, tmp_path / "half" / "part-00000.parquet", 3)
    assert begun.exists()
    assert len(pd.read_parquet(tmp_path / "half")) == rows

    def leave(done: int, total: int) -> None:
        (draft,) = tmp_path.glob("slates.*.part")
        shutil.copy(begun, draft / begun.name)

    with connected(cluster.scheduler_address) as client:
        rank_parts(client, ranking, client_parts(list_folder(folder)), tmp_path / "slates", 3, leave)
    assert sorted(path.name for path in (tmp_path / "slates").iterdir()) == [f"part-0000{i}.parquet" for i in range(3)]


def half_written(frame: pd.DataFrame, path: Path, **_: object) -> None:
    path.write_bytes(b"PAR1 and no more")
    raise OSError("killed")


def test_the_commands_train_and_rank_on_a_cluster(cluster: LocalCluster, folder: Path, tmp_path: Path) -> None:
    def run(*args: str) -> str:
        done = CliRunner().invoke(app, [*args, "--clinic", str(folder), "--scheduler", cluster.scheduler_address])
        assert done.exit_code == 0, done.stderr
        return done.stdout

    card = json.loads(run("train", "--model", str(tmp_path / "m.joblib"), "--json"))
    assert card["episodes"] == len(pd.read_parquet(folder / "episodes"))
    assert card["metrics"]["compared_episodes"] > 0
    said = run("recommend", "--model", str(tmp_path / "m.joblib"), "--top", "2", "--out", str(tmp_path / "slates"))
    assert "rows written" in said
    assert pd.read_parquet(tmp_path / "slates")["rank"].max() == 2


def test_a_stored_clinic_is_ranked_as_staff_and_therapists_settled_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_STORE_URL", f"sqlite:///{tmp_path}/store.sqlite")
    monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
    store = clinic_store(read_settings(), make=True)
    made = simulate_clinic(60, 12, seed=8)
    # Nobody's words ask for a person, so that only what was settled tells.
    made = replace(made, clients=made.clients.assign(about=pd.Series(pd.NA, made.clients.index, dtype="str")))
    import_clinic(store, made)
    (spoken,) = made.clients.loc[made.clients["risk_raised"].fillna(False), "client_id"]
    waits, (away, turning_down) = made.clients["client_id"][0], made.therapists["therapist_id"][1:3]
    with store.writing() as session:
        change_settings(session, TherapistSettings(away, leave_from=date(2020, 1, 1)), "test")
        change_settings(session, TherapistSettings(turning_down, declined_concerns=tuple(CONCERNS)), "test")
        add_enquiry(session, waits, "web", "test", needs_person=True)
        add_enquiry(session, spoken, "web", "test", needs_person=True)
        record_safety_call(session, spoken, 1, "a1", "spoke", "")
    store.close()
    out = tmp_path / "slates"
    with local_cluster() as cluster:
        rank_on_cluster(cluster.scheduler_address, out, None, None, 0, read_settings())
    found = pd.read_parquet(out)
    assert found.loc[found["withheld"], "client_id"].tolist() == [waits]
    assert len(found["therapist_id"].dropna().unique()) > 5
    assert not set(found["therapist_id"].dropna()) & {away, turning_down}


def test_joblib_loops_take_the_cluster_by_one_line(cluster: LocalCluster) -> None:
    rng = np.random.default_rng(2)
    values = np.full((2_400, 240), np.nan)
    # Three sites, of which nobody can leave theirs.
    for site in range(3):
        here = np.ix_(range(site * 800, site * 800 + 800), range(site * 80, site * 80 + 80))
        values[here] = rng.normal(0, 0.1, (800, 80))
    listed = problem(values, np.full(240, 20))
    with connected(cluster.scheduler_address) as client:
        before = client.run_on_scheduler(_batches)
        with joblib.parallel_config(backend="dask"):
            plan = solve_large(listed)
        assert client.run_on_scheduler(_batches) > before
    assert plan.parts == 3
    # On two processes of this machine, and in one matrix, it is the same plan.
    for other in (solve_large(listed).placed, solve(listed)):
        np.testing.assert_array_equal(plan.placed, other)


def _batches(dask_scheduler) -> int:
    """Return how many batches of a joblib loop the workers have done."""
    prefixes = dask_scheduler.task_prefixes.items()
    return sum(prefix.state_counts["memory"] for name, prefix in prefixes if "solve_part" in name)


def test_a_worker_takes_no_more_memory_than_is_stated(tmp_path: Path) -> None:
    made = simulate_clinic(1_000, 1_000, seed=1)
    people = canonical_clients(made.clients)
    few, many = wide_ranking(made.therapists, 1_000), wide_ranking(made.therapists, 100_000)
    with local_cluster(1) as cluster, connected(cluster.scheduler_address) as client:
        # The first time pays for what every worker loads.
        rank_parts(client, few, [delayed(people)], tmp_path / "few", 3)
        before = client.run(peak_gib)
        rank_parts(client, many, [delayed(people)], tmp_path / "many", 3)
        (grown,) = (peak - before[worker] for worker, peak in client.run(peak_gib).items())
    print(f"{grown:.2f} GiB")
    # As matcher.distributed.scoring states: the catalogue, the arrays of a thread, a part of the clients.
    assert grown * 2**30 <= 99_000 * 900 + 200e6 + 1_000 * 2_000


def test_what_a_worker_is_sent_holds_no_sums(clinic: Clinic) -> None:
    seen = Recommender().fit(clinic)
    unseen = Recommender().attach(clinic, learn(OutcomeSums.empty(seen.learned_.sums.n_fixed, 10)))
    more = len(pickle.dumps(seen.ranking())) - len(pickle.dumps(unseen.ranking()))
    assert more / len(clinic.therapists) <= 9_500

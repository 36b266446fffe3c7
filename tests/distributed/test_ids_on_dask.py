"""An id for two rows is refused as on one machine, also where the rows fall in different parts."""

from pathlib import Path

import pandas as pd
import pytest
from clusters import write_parts
from distributed import LocalCluster

from matcher.clinic import Clinic
from matcher.clinic.frames import canonical_clients, canonical_episodes
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import THERAPISTS
from matcher.config import read_settings
from matcher.distributed.cluster import connected
from matcher.distributed.files import list_folder, read_part
from matcher.distributed.parts import aligned_parts
from matcher.distributed.training import reduce_parts
from matcher.services.reporting import Asked
from matcher.services.scaling import rank_on_cluster, report_on_cluster, train_on_cluster
from matcher.simulation.clinic import simulate_clinic

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(300, 10, seed=9)
    return Clinic(made.therapists, made.clients, made.episodes)


def write(folder: Path, name: str, files: dict[str, pd.DataFrame]) -> None:
    for file, frame in files.items():
        path = folder / name / file
        frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_parquet(path)


@pytest.mark.parametrize(("kind", "reused"), [("csv", 7), ("parquet", 1)])
def test_one_id_for_the_episodes_of_two_clients(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path, kind: str, reused: int
) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, kind, [100, 200])
    first, rest = clinic.episodes.iloc[:100], clinic.episodes.iloc[100:]
    # The same ids, one row each, in another file and of other clients, who mostly fall in other parts.
    ids = first["episode_id"].iloc[:reused].to_numpy()
    rest = rest.assign(episode_id=[*ids, *rest["episode_id"].iloc[reused:]])
    write(folder, "episodes", {f"part-0.{kind}": first, f"part-1.{kind}": rest, f"part-2.{kind}": rest.iloc[:0]})
    with pytest.raises(ClinicError) as alone:
        canonical_episodes(pd.concat([first, rest], ignore_index=True))
    asked = (
        lambda: train_on_cluster(cluster.scheduler_address, tmp_path / "m.joblib", folder, read_settings()),
        lambda: report_on_cluster(cluster.scheduler_address, folder, Asked(), read_settings(), "test"),
    )
    for ask in asked:
        with pytest.raises(ClinicError) as found:
            ask()
        said, sentence = str(found.value), "episodes, column episode_id: the same id stands for different rows ("
        # The sentences of one machine around the places.
        assert said.startswith(sentence)
        assert str(alone.value).startswith(sentence)
        assert said.rsplit(")", maxsplit=1)[-1] == str(alone.value).split(")")[-1]
        assert ("; and 2 more)" in said) == ("; and 2 more)" in str(alone.value)) == (reused == 7)
        line = 2 if kind == "csv" else 1
        for i, one in enumerate(ids[:1] if reused == 1 else []):
            assert f"{one} on lines {line + i} of part-0.{kind}, {line + i} of part-1.{kind}" in said
    assert not (tmp_path / "m.joblib").exists()


def test_one_id_for_two_clients_names_both_places(cluster: LocalCluster, clinic: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [100])
    first, rest = clinic.clients.iloc[:100], clinic.clients.iloc[100:]
    other = pd.concat([rest, first.iloc[[4]].assign(age=99.0)], ignore_index=True)
    write(folder, "clients", {"part-0.parquet": first, "part-1.parquet": other})
    with pytest.raises(ClinicError, match="clients, column client_id: the same id"):
        canonical_clients(pd.concat([first, other]))
    places = rf"{first['client_id'].iloc[4]} on lines 5 of part-0.parquet, {len(other)} of part-1.parquet"
    with pytest.raises(ClinicError, match=places):
        train_on_cluster(cluster.scheduler_address, tmp_path / "m.joblib", folder, read_settings())
    with pytest.raises(ClinicError, match=places):
        rank_on_cluster(cluster.scheduler_address, tmp_path / "slates", folder, None, 1, read_settings())
    assert not list(tmp_path.glob("slates*"))


def test_a_client_said_twice_is_ranked_once(cluster: LocalCluster, clinic: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [100])
    write(folder, "clients", {"part-0.parquet": clinic.clients, "part-1.parquet": clinic.clients.iloc[:40]})
    rank_on_cluster(cluster.scheduler_address, tmp_path / "slates", folder, None, 1, read_settings())
    found = pd.read_parquet(tmp_path / "slates")
    assert sorted(found["client_id"]) == sorted(clinic.clients["client_id"])
    # What a client wrote is part of the row: two files that differ in it alone stand for two people.
    other = clinic.clients.iloc[:40].assign(about="Something else.")
    write(folder, "clients", {"part-1.parquet": other})
    with pytest.raises(ClinicError, match="clients, column client_id: the same id"):
        rank_on_cluster(cluster.scheduler_address, tmp_path / "other", folder, None, 1, read_settings())


def test_an_episode_said_twice_is_kept_once(cluster: LocalCluster, clinic: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [])
    write(folder, "episodes", {"a.parquet": clinic.episodes, "b.parquet": clinic.episodes.iloc[:40]})
    (folder / "episodes" / "part-0.parquet").unlink()
    with connected(cluster.scheduler_address) as client:
        listed = list_folder(folder)
        reduced = reduce_parts(client, read_part(listed.therapists, THERAPISTS), aligned_parts(listed))
    assert reduced.sums.n_episodes == len(clinic.episodes)

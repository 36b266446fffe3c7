"""The report of a clinic in parts is the one that one machine makes, to the last figure, in every table."""

from pathlib import Path

import pytest
from clusters import local_cluster, write_parts
from distributed import LocalCluster
from stores import fresh_postgres
from typer.testing import CliRunner

from matcher.cli import app
from matcher.clinic import Clinic
from matcher.config import read_settings
from matcher.reports.tables import as_json
from matcher.services import scaling
from matcher.services.reporting import Asked, clinic_report, store_report
from matcher.services.scaling import report_on_cluster
from matcher.services.sites import site_names, sites_of
from matcher.simulation.clinic import simulate_clinic
from matcher.store.clinics import import_clinic
from matcher.store.keys import read_or_make_key_file
from matcher.store.store import open_store

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(1_500, 20, seed=6)
    # Rooms in two places, so that there are two sites.
    north = [i % 2 for i in range(20)]
    therapists = made.therapists.assign(latitude=[-33.9 + 0.1 * at for at in north], longitude=151.2)
    return Clinic(therapists, made.clients, made.episodes)


@pytest.fixture(scope="module")
def folder(clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Parts of 10 clients, of none, of 590 and of 900.
    path = tmp_path_factory.mktemp("parts") / "clinic"
    write_parts(clinic, path, "parquet", [10, 10, 600])
    return path


def test_the_report_is_the_one_of_one_machine(cluster: LocalCluster, clinic: Clinic, folder: Path) -> None:
    site = site_names(sites_of(clinic.therapists))[0]
    told: list[tuple[int, int]] = []
    for asked in (Asked(), Asked(concern="depression"), Asked(site=site)):
        found = report_on_cluster(
            cluster.scheduler_address,
            folder,
            asked,
            read_settings(),
            "test",
            lambda done, total: told.append((done, total)),
        )
        assert as_json(found) == as_json(clinic_report(clinic, asked))
        assert sum(len(table.frame) for section in found.sections for table in section.tables) > 50
    assert told == [(done, 4) for done in range(1, 5)] * 3


def test_the_command_writes_the_same_page(cluster: LocalCluster, clinic: Clinic, folder: Path, tmp_path: Path) -> None:
    args = ["report", "--clinic", str(folder), "--scheduler", cluster.scheduler_address]
    done = CliRunner().invoke(app, [*args, "--out", str(tmp_path / "r.html"), "--tables", str(tmp_path / "tables")])
    assert done.exit_code == 0, done.stderr
    answers = clinic_report(clinic, Asked()).answers
    assert answers
    for answer in answers:
        assert f"{answer.question} {answer.text}" in done.stdout
    assert "<html" in (tmp_path / "r.html").read_text()


def test_what_does_not_exist_is_said_before_any_part_is_read(cluster: LocalCluster, folder: Path) -> None:
    args = ["report", "--clinic", str(folder), "--scheduler", cluster.scheduler_address, "--json"]
    for more, said in ((("--concern", "x"), "is no concern"), (("--site", "x"), "is no site of this clinic")):
        done = CliRunner().invoke(app, [*args, *more])
        assert (done.exit_code, said in done.stderr) == (2, True)


def test_a_stored_clinic_is_reported_on_from_parts(
    clinic: Clinic, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = read_or_make_key_file(tmp_path / "keys.json")
    stored_parts = scaling.stored_parts
    monkeypatch.setattr(scaling, "stored_parts", lambda store: stored_parts(store, 301))
    for url in fresh_postgres(postgres_url):
        store = open_store(url, ring)
        import_clinic(store, clinic)
        monkeypatch.setenv("MATCHER_STORE_URL", url)
        monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
        with local_cluster() as cluster:
            found = report_on_cluster(cluster.scheduler_address, None, Asked(), read_settings(), "test")
        assert as_json(found) == as_json(store_report(store, Asked(), "test"))
        store.close()

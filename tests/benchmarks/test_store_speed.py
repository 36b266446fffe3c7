"""Loading a clinic into the store beside a bare table write: what encryption, checks and one transaction cost."""

import sqlite3
import time
from pathlib import Path

import pytest
from stores import RING, assert_same_clinic, small_clinic

from matcher.store.clinics import import_clinic, load_clinic
from matcher.store.store import open_store

pytestmark = pytest.mark.benchmark
CLIENTS = 20_000


def test_an_import_costs_a_few_times_a_bare_table_write(tmp_path: Path) -> None:
    clinic = small_clinic(CLIENTS)
    with sqlite3.connect(tmp_path / "bare.sqlite") as bare:
        started = time.process_time()
        for name in ("therapists", "clients", "episodes"):
            getattr(clinic, name).to_sql(name, bare, index=False)
        bare_seconds = time.process_time() - started
    bare.close()
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    started = time.process_time()
    import_clinic(store, clinic)
    import_seconds = time.process_time() - started
    assert_same_clinic(load_clinic(store), clinic)
    store.close()
    print(f"{CLIENTS} clients and episodes: import {import_seconds:.2f} s CPU, bare write {bare_seconds:.2f} s CPU")
    assert import_seconds < 8 * bare_seconds

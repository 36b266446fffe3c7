"""How long a large file of clients takes to check, beside two plain readers of the same file in the same run."""

import csv
import time
from itertools import cycle, islice
from pathlib import Path

import pandas as pd
import pytest
from timing import quickest

from matcher.clinic import canonical_clients, read_clients
from matcher.clinic.schema import CLIENTS
from matcher.domain.vocabulary import AVAILABILITY, CONCERNS, MODALITIES

ROWS = 100_000


def cells(i: int) -> dict[str, object]:
    concerns, modalities = list(CONCERNS), list(MODALITIES)
    return {
        "client_id": f"C{i}",
        "enquired_at": f"2026-{i % 12 + 1:02}-{i % 28 + 1:02}T{i % 24:02}:{i % 60:02}:{i % 59:02}",
        "age": i % 100,
        "gender": ("woman", "man", "non_binary")[i % 3],
        "concerns": f"{concerns[i % 34]}:{i % 3 + 1};{concerns[(i * 7 + 1) % 34]}:{i % 2 + 1}" if i % 34 else "sleep:1",
        "about": f"In the client's own words, number {i}, with a comma and more of the like",
        "measure": "phq9",
        "score": i % 28,
        "directiveness": round(i % 201 / 100 - 1, 2),
        "modalities": f"{modalities[i % 26]};{modalities[(i + 5) % 26]}",
        "languages": "english",
        "formats": "telehealth;phone",
        "max_fee": 50 + i % 200,
        "availability": ";".join(islice(cycle(AVAILABILITY), i % 21, i % 21 + 4)),
        "latitude": -37 - i / ROWS,
        "longitude": 144 + i / ROWS,
        "max_distance_km": 20,
        "must_have": "languages;formats",
        "risk_raised": ("true", "", "false")[i % 3],
    }


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "clients.csv"
    names = [column.name for column in CLIENTS.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(cells(i) for i in range(ROWS))
    return path


def count_rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file))


@pytest.mark.benchmark
def test_checking_a_hundred_thousand_clients_is_a_small_multiple_of_reading_them(path: Path) -> None:
    calls = (lambda: read_clients(path), lambda: pd.read_csv(path), lambda: count_rows(path))
    ours, plain, parser = quickest(*calls, clock=time.perf_counter)
    print(f"\nread and check {ours:.2f} s; pandas.read_csv {plain:.2f} s; csv.reader alone {parser:.2f} s")
    assert ours < 80 * plain
    assert ours < 15 * parser


@pytest.mark.benchmark
def test_checking_a_frame_that_is_already_canonical_is_cheaper_than_reading_it(path: Path) -> None:
    frame, _, _ = read_clients(path)
    calls = (lambda: canonical_clients(frame), lambda: read_clients(path))
    again, ours = quickest(*calls, clock=time.perf_counter)
    print(f"\ncheck again {again:.2f} s; read and check {ours:.2f} s")
    assert again < 0.6 * ours

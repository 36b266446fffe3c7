"""A real cluster on this machine, as somebody would start one, and a clinic in parts for it to work on."""

from itertools import pairwise
from pathlib import Path

from distributed import LocalCluster

from matcher.clinic import Clinic


def local_cluster(workers: int = 2, **more: object) -> LocalCluster:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
        **more,
    )


def write_parts(clinic: Clinic, folder: Path, kind: str, cuts: list[int]) -> None:
    """Write a clinic in uneven parts; two equal cuts make an empty one."""
    folder.mkdir()
    for name, frame in (("therapists", clinic.therapists), ("clients", clinic.clients), ("episodes", clinic.episodes)):
        bounds = [0, len(frame)] if name == "therapists" else [0, *cuts, len(frame)]
        inside = folder if name == "therapists" else folder / name
        inside.mkdir(exist_ok=True)
        # Clients and episodes in another order each, so that no part holds its clients' episodes by luck.
        mixed = frame if name == "therapists" else frame.sample(frac=1, random_state=len(name))
        for i, (first, stop) in enumerate(pairwise(bounds)):
            path = inside / (f"{name}.{kind}" if name == "therapists" else f"part-{i}.{kind}")
            part = mixed.iloc[first:stop]
            part.to_parquet(path) if kind == "parquet" else part.to_csv(path, index=False)

"""An encoded catalogue of therapists on disk, opened without reading it: pages come in as they are looked at.

A process that ranks a million therapists then starts at once, and several on one machine share one copy. The folder
holds one array a file and ``table.json`` beside them; it is written next to its place and moved there whole.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from matcher.clinic.codes import CodeColumn
from matcher.clinic.encoding import DENSE, TherapistTable
from matcher.clinic.problems import ClinicError

_SCHEMA = 1
_OLD = ".old"
_NUMBERS, _DAYS, _SETS = "numbers", "days", "sets"


def write_table(table: TherapistTable, folder: Path) -> None:
    """Write an encoded catalogue as a folder; a folder that is there is replaced."""
    draft = folder.with_name(folder.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, values in _arrays(table):
        np.save(draft / f"{name}.npy", values)
    described = {
        "schema": _SCHEMA,
        "rows": len(table),
        "codes": {name: list(column.codes) for name, column in table.sets.items()},
        _NUMBERS: list(table.numbers),
        _DAYS: list(table.days),
    }
    (draft / "table.json").write_text(json.dumps(described), encoding="utf-8")
    # Between the two moves nothing stands there: `open_table` puts the old one back where that was the end.
    old = folder.with_name(folder.name + _OLD)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def open_table(folder: Path) -> TherapistTable:
    """Return the catalogue of a folder, its arrays mapped and read only.

    Raises
    ------
    ClinicError
        If the folder is not one that `write_table` wrote.
    """
    try:
        old = folder.with_name(folder.name + _OLD)
        if old.exists() and not folder.exists():
            # Whoever wrote it anew was stopped between the two moves.
            old.rename(folder)
        described = json.loads((folder / "table.json").read_text(encoding="utf-8"))
        if described["schema"] != _SCHEMA:
            raise ClinicError(f"{folder} was written by another version of matcher: write it again.")
        table = TherapistTable(
            tuple(name.decode() for name in np.load(folder / "ids.npy").tolist()),
            {name: _column(folder, name, tuple(codes)) for name, codes in described["codes"].items()},
            {name: _mapped(folder, f"{_NUMBERS}-{name}") for name in described[_NUMBERS]},
            {name: _mapped(folder, f"{_DAYS}-{name}") for name in described[_DAYS]},
            np.arange(described["rows"]),
        )
        # What is usually worked out on first use was written too.
        table.__dict__.update({name: _mapped(folder, name) for name in DENSE})
        if {len(table.ids), *(len(values) for _, values in _arrays(table))} != {described["rows"]}:
            raise ClinicError(f"{folder} holds arrays of different lengths: write it again.")
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, ClinicError):
            raise
        raise ClinicError(
            f"{folder} holds no catalogue of therapists ({type(error).__name__}): write it again."
        ) from None
    return table


def _arrays(table: TherapistTable) -> Iterator[tuple[str, Any]]:
    yield "ids", np.array([i.encode() for i in table.ids] or [b""], dtype=bytes)[: len(table)]
    for name in DENSE:
        yield name, getattr(table, name)
    for name, values in table.numbers.items():
        yield f"{_NUMBERS}-{name}", values
    for name, values in table.days.items():
        yield f"{_DAYS}-{name}", values
    for name, column in table.sets.items():
        for part in ("bits", "known", "stated_sizes"):
            yield f"{_SETS}-{name}-{part}", getattr(column, part)


def _column(folder: Path, name: str, codes: tuple[str, ...]) -> CodeColumn:
    bits, known, sizes = (_mapped(folder, f"{_SETS}-{name}-{part}") for part in ("bits", "known", "stated_sizes"))
    return CodeColumn(codes, bits, known, sizes)


def _mapped(folder: Path, name: str) -> Any:
    return np.load(folder / f"{name}.npy", mmap_mode="r")

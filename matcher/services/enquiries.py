"""Enquiries in people's own words: concerns suggested, safety looked at, and a clients table made of them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from matcher.clinic.frames import canonical_clients
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import CLIENTS
from matcher.clinic.writing import write_table
from matcher.domain.vocabulary import CONCERNS
from matcher.intake.concerns import suggest_concerns
from matcher.intake.safety import needs_reading, safety_flags

CONCERN_COLUMNS: tuple[str, ...] = ("id", "rank", "concern", "label", "score", "safety", "needs_reading")
_MOST_CONCERNS = 3


def read_texts(file: Path, columns: Sequence[str], id_column: str | None = None) -> tuple[list[str], list[str]]:
    """Return the ids and texts of a CSV file; several columns are joined, blanks read as nothing.

    Raises
    ------
    ClinicError
        If the file cannot be read, or lacks a column.
    """
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        raise ClinicError(f"{file.name} cannot be read as UTF-8 CSV: {error}") from None
    missing = [name for name in (*columns, *([id_column] if id_column else [])) if name not in frame]
    if missing:
        raise ClinicError(
            f"{file.name} has no column {', '.join(missing)}: give one it has ({', '.join(frame.columns[:12])})"
        )
    rows = zip(*(frame[name] for name in columns), strict=True)
    texts = ["\n".join(cells).strip() for cells in rows]
    ids = frame[id_column].tolist() if id_column else [str(i + 1) for i in range(len(frame))]
    return ids, texts


def concern_table(ids: Sequence[str], texts: Sequence[str], top: int = 5) -> pd.DataFrame:
    """Return one row a suggested concern, best first; a text of which nothing can be told has one row without any.

    ``safety`` names what a person should look at first (``;``-separated flags), on the first row of a text;
    ``needs_reading`` is true where the text is in words the rules cannot read, so that no flag says nothing.
    """
    rows: list[dict[str, object]] = []
    read = zip(ids, texts, suggest_concerns(texts, top=top), safety_flags(texts), strict=True)
    for i, text, concerns, flags in read:
        safety, unread = ";".join(flags), needs_reading(text)
        if not concerns:
            rows.append({"id": i, "safety": safety, "needs_reading": unread})
        for rank, (code, score) in enumerate(concerns, start=1):
            label = CONCERNS[code].label
            rows.append({"id": i, "rank": rank, "concern": code, "label": label, "score": round(score, 4)})
            rows[-1] |= {"safety": safety if rank == 1 else "", "needs_reading": unread}
    table = pd.DataFrame(rows, columns=list(CONCERN_COLUMNS))
    table["rank"] = table["rank"].astype("Int64")
    table["needs_reading"] = table["needs_reading"].astype(bool)
    return table


def clients_from_texts(ids: Sequence[str], texts: Sequence[str]) -> pd.DataFrame:
    """Return canonical clients of enquiries in their own words: at most three concerns each, the first weighing most.

    Enquiries of which no concern can be told are left out: a person has to read those.
    """
    suggested = suggest_concerns(list(texts), top=_MOST_CONCERNS)
    rows = [
        {
            "client_id": client_id,
            "concerns": ";".join(f"{code}:{2 if rank == 0 else 1}" for rank, (code, _) in enumerate(concerns)),
            "about": text,
        }
        for client_id, text, concerns in zip(ids, texts, suggested, strict=True)
        if concerns
    ]
    return canonical_clients(pd.DataFrame(rows, columns=["client_id", "concerns", "about"]))


def write_clients(clients: pd.DataFrame, file: Path) -> None:
    """Write clients as a ``clients.csv`` that reads back unchanged."""
    write_table(file, CLIENTS, clients)

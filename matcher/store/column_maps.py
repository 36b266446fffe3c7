"""Which column of a practice's export is which of ours, and what its words mean: said once and remembered by name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.enquiry_tables import column_maps
from matcher.store.errors import StoreError
from matcher.store.rows import change_row

#: Maps of therapists were kept under their plain names before there were others.
_FIRST: Final = "therapists"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Our column by theirs, and by our column what each of their words means; ``version`` 0 is of one not kept yet."""

    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    version: int = 0


def keep_column_map(session: Session, kind: str, name: str, wanted: ColumnMap, actor: str) -> None:
    """Remember a map for one kind of file, in place of the version it was made from.

    Raises
    ------
    StaleVersionError
        If somebody else changed the map since it was read.
    StoreError
        If it is new, and another is remembered by its name.
    """
    key = name if kind == _FIRST else f"{kind}/{name}"
    text = json.dumps({"columns": dict(wanted.columns), "words": {k: dict(v) for k, v in wanted.words.items()}})
    known = session.scalar(select(column_maps.c.mapping).where(column_maps.c.name == key).with_for_update())
    if known == text:
        return
    row = {"mapping": text, "saved_at": datetime.now(UTC)}
    if wanted.version:
        change_row(session, column_maps, key, wanted.version, row)
    elif known is not None:
        raise StoreError("a map is remembered by this name already: choose it in the list, or give another name.")
    else:
        # Of two people who give a new map the same name at once, the second is refused by the key.
        session.execute(insert(column_maps), {"name": key, **row})
    record(session, actor, "kept column map", "column map", key)


def column_maps_kept(session: Session, kind: str) -> dict[str, ColumnMap]:
    """Return every remembered map of one kind of file by name, the newest first."""
    query = select(column_maps).order_by(column_maps.c.saved_at.desc())
    found = {}
    for row in session.execute(query):
        of, slash, name = row.name.partition("/")
        known = slash and of in ("clients", "episodes")
        if (of if known else _FIRST) == kind:
            found[name if known else row.name] = _read(json.loads(row.mapping), row.version)
    return found


def _read(kept: dict[str, Any], version: int) -> ColumnMap:
    whole = isinstance(kept.get("columns"), dict)
    return ColumnMap(kept["columns"], kept["words"], version) if whole else ColumnMap(kept, version=version)

"""What a slate was made from, kept so that any past match can be shown, explained and made again."""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import Any

import pandas as pd
from pydantic import TypeAdapter

from matcher.clinic.cells import shortest
from matcher.clinic.frames import canonical_clients, canonical_therapists
from matcher.domain.recommendation import Slate

# The model hash of a slate made from published effects alone.
PUBLISHED = "published"
_SLATES = TypeAdapter(Slate)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One slate with the answers, therapists, model and settings it was made from.

    ``answers`` holds the client's row of the folder, blanks left out; ``propensities`` the chance each therapist had of
    standing in their place, 1 where nothing was drawn; ``catalogue_hash`` names the therapists as they then were.
    """

    slate: Slate
    answers: Mapping[str, str]
    propensities: Mapping[str, float]
    top: int
    staff: bool
    safety_checked: bool
    model_hash: str
    catalogue_hash: str
    software: str
    made_at: datetime
    made_by: str

    def clients(self) -> pd.DataFrame:
        """Return the client as a canonical frame of one row, as it was when the slate was made."""
        return client_of(self.answers)


def replay(snapshot: Snapshot) -> Slate:
    """Return the slate as it was shown, every figure and reason the same."""
    return snapshot.slate


def settled(slate: Slate) -> Slate:
    """Return a slate whose exclusions are worked out, where they were left to be worked out when read."""
    return replace(slate, exclusions=tuple(slate.exclusions))


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """Return the part of a snapshot that is sealed."""
    fields = {
        "slate": settled(snapshot.slate),
        "answers": dict(snapshot.answers),
        "propensities": dict(snapshot.propensities),
        "settings": [snapshot.top, snapshot.staff, snapshot.safety_checked],
    }
    return zlib.compress(json.dumps(fields, ensure_ascii=False, default=_fields).encode("utf-8"))


def snapshot_from(content: bytes, row: Any) -> Snapshot:
    """Return the snapshot of an opened content and its row of the table."""
    fields = json.loads(zlib.decompress(content))
    top, staff, safety_checked = fields["settings"]
    return Snapshot(
        settled(_SLATES.validate_python(fields["slate"])),
        fields["answers"],
        fields["propensities"],
        top,
        staff,
        safety_checked,
        row.model_hash,
        row.catalogue_hash,
        row.software,
        row.made_at,
        row.made_by,
    )


def answers_of(client: pd.DataFrame) -> dict[str, str]:
    """Return a canonical frame's only row as text by column, blanks left out."""
    (answers,) = _texts(client)
    return answers


def answers_kept(content: bytes) -> Mapping[str, str]:
    """Return the answers of an opened content, without reading the slate made from them."""
    answers: Mapping[str, str] = json.loads(zlib.decompress(content))["answers"]
    return answers


def client_of(answers: Mapping[str, str]) -> pd.DataFrame:
    """Return a snapshot's answers as a canonical frame of one row."""
    return canonical_clients(pd.DataFrame([dict(answers)], dtype=object))


def catalogue_bytes(therapists: pd.DataFrame) -> tuple[str, bytes]:
    """Return the name and the content of a catalogue: the same therapists always give the same."""
    text = json.dumps(_texts(therapists), ensure_ascii=False).encode("utf-8")
    return hashlib.sha256(text).hexdigest(), zlib.compress(text)


def catalogue_frame(content: bytes) -> pd.DataFrame:
    """Return a catalogue's therapists in canonical form."""
    rows = json.loads(zlib.decompress(content))
    return canonical_therapists(pd.DataFrame(rows, dtype=object, columns=None if rows else ["therapist_id", "name"]))


def _fields(value: Any) -> dict[str, Any]:
    # What `dataclasses.asdict` gives, without the copy it makes of every sentence: a client waits for this.
    return {field.name: getattr(value, field.name) for field in dataclass_fields(value)}


def _texts(frame: pd.DataFrame) -> list[dict[str, str]]:
    # Blanks are looked for a value at a time: of one client, that costs a tenth of asking each column.
    columns = frame.to_dict("list")
    return [
        {str(name): _text(values[i]) for name, values in columns.items() if not pd.isna(values[i])}
        for i in range(len(frame))
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return shortest(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)

"""A client's own rights: everything held about them in one file, and everything of theirs erased."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matcher.services.access import Person, needs
from matcher.store.client_file import everything_of
from matcher.store.enquiries import client_of_reference, reference_of
from matcher.store.erasure import Erasable, Erased, erasable
from matcher.store.erasure import erase_client as erase
from matcher.store.errors import StoreError
from matcher.store.rows import client_of, known_contact
from matcher.store.store import Store

#: Whoever can run commands on the clinic's machine can read its store anyway.
AT_THE_MACHINE: Final = Person("command line", "command line", "lead")
#: Why a client is erased; the code goes into the audit log.
REASONS: Final[dict[str, str]] = {
    "asked": "They asked us to",
    "asked_for_them": "Somebody who may act for them asked us to",
    "mistake": "Entered by mistake, or as a test",
    "law": "The law asks for it",
}
_READ_ME: Final = """This is everything the clinic's matching program holds about you.

everything.json   all of it in one file
The .csv files are the same by kind, for a spreadsheet:
{files}

Times are in UTC. "who_did_and_saw_what" lists everyone who added, changed or looked at it, by role.
Earlier backups of the clinic may still hold older copies.
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom data are about, so that they are handed to the right person."""

    client_id: str
    reference: str | None
    name: str | None


@needs("export_client")
def whose_data(person: Person, store: Store, asked: str) -> Subject:
    """Return whose client id or reference this is, and note who looked; raises as `export_client`."""
    with store.reading() as session:
        client_id = client_of_reference(session, asked) or asked
        client_of(session, client_id, person.account_id)
        name = known_contact(session, client_id, person.account_id).value.name
        return Subject(client_id, reference_of(session, client_id), name)


@needs("export_client")
def export_client(person: Person, store: Store, client_id: str) -> bytes:
    """Return a ZIP file of everything held about one client, by client id or reference.

    Raises
    ------
    NotFoundError
        If there is no such client.
    """
    with store.reading() as session:
        client_id = client_of_reference(session, client_id) or client_id
        found = everything_of(session, client_id, person.account_id)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        files = "\n".join(f"{name}.csv" for name in found)
        file.writestr("read-me.txt", _READ_ME.format(files=files))
        file.writestr("everything.json", json.dumps(found, indent=2))
        for name, rows in found.items():
            file.writestr(f"{name}.csv", _csv(rows).encode("utf-8", "replace"))
    return content.getvalue()


@needs("erase_client")
def what_erasing_does(person: Person, store: Store, asked: str) -> Erasable:
    """Return what erasing somebody, by client id or reference, would do; raises as `export_client`."""
    with store.reading() as session:
        return erasable(session, client_of_reference(session, asked) or asked, person.account_id)


@needs("erase_client")
def erase_client(person: Person, store: Store, client_id: str, reason: str) -> Erased:
    """Erase a client with all that is theirs, by client id or reference, and open the places they had.

    Earlier backups still hold them.

    Raises
    ------
    NotFoundError
        If there is no such client.
    StoreError
        If the reason is none of `REASONS`.
    """
    if reason not in REASONS:
        raise StoreError(f"a reason is one of {', '.join(REASONS)}.")
    with store.writing() as session:
        client_id = client_of_reference(session, client_id) or client_id
        return erase(session, client_id, person.account_id, reason)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read.

    Raises
    ------
    FileExistsError
        If there is one already.
    """
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    # A spreadsheet would run what begins like a formula.
    return f"'{text}" if isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

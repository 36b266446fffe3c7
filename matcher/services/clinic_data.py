"""The clinic's data as commands and pages use them: which clinic, from where, and folders in and out of the store."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from matcher.clinic.folder import Clinic, read_clinic, write_clinic
from matcher.clinic.problems import ClinicError, Problem
from matcher.clinic.schema import EPISODES, THERAPISTS
from matcher.config import Settings
from matcher.domain.reference import data_path
from matcher.services.file_danger import raise_from_folder, seen_before
from matcher.store.audit import record
from matcher.store.clinics import (
    ImportCounts,
    holds_clinic,
    import_clinic,
    keep_writers_out,
    load_clinic,
    merge_clinic,
)
from matcher.store.engine import store_file
from matcher.store.keys import Keyring, parse_keyring, read_key_file, read_or_make_key_file
from matcher.store.store import Store, open_store
from matcher.store.tables import PRIVATE

_ACTOR: Final = "command line"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, what the folder had wrong, and how many it put on top of the enquiries."""

    counts: ImportCounts
    problems: tuple[Problem, ...]
    raised: int = 0


def store_is_there(settings: Settings) -> bool:
    """Return whether a store was made before: its file is there, or a database server is named."""
    file = store_file(settings.url())
    return file is None or (file.is_file() and file.stat().st_size > 0)


def keyring(settings: Settings, *, make: bool = False) -> Keyring:
    """Return the store's keys; ``make`` makes a key file where there is neither one nor a store that needs it.

    Raises
    ------
    KeyFileError
        If they are missing or unreadable.
    """
    if settings.keys is not None:
        return parse_keyring(settings.keys.get_secret_value())
    made_before = store_file(settings.url()) is not None and store_is_there(settings)
    if make and not made_before:
        return read_or_make_key_file(settings.key_file)
    return read_key_file(settings.key_file)


def clinic_store(settings: Settings, *, make: bool = False) -> Store:
    """Open the store; ``make`` makes it and its key file on first use; close it when done.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    return open_store(settings.url(), keyring(settings, make=make))


def serving_store(settings: Settings) -> Store:
    """Open the store for the web app, filled with the demo clinic where it holds no clinic yet; raises as above."""
    store = clinic_store(settings, make=True)
    if not holds_clinic(store):
        import_clinic(store, demo_clinic(), actor="matcher", demo=True)
    return store


def demo_clinic() -> Clinic:
    """Return the made-up clinic that comes with the package."""
    return read_clinic(data_path("demo"), write_report=False)


def default_clinic(settings: Settings) -> Clinic:
    """Return the store's clinic where there is a store, else the made-up demo clinic.

    Raises
    ------
    ClinicError
        If the store holds no clinic yet.
    StoreError
        If it cannot be opened.
    """
    if not store_is_there(settings):
        return demo_clinic()
    store = clinic_store(settings)
    try:
        if not holds_clinic(store):
            raise ClinicError("the store holds no clinic yet: run matcher import FOLDER, or give --clinic FOLDER")
        return load_clinic(store)
    finally:
        store.close()


def import_folder(settings: Settings, folder: Path, progress: Callable[[int, int], object] | None = None) -> Imported:
    """Load a clinic folder into the store: all of its usable rows, or nothing; who waits in danger is put on top.

    Raises
    ------
    ClinicError
        If a file is unusable as a whole.
    StoreError
        If the store cannot be opened or written.
    """
    clinic = read_clinic(folder)
    store = clinic_store(settings, make=True)
    try:
        with store.writing() as session:
            # What is known is read once nobody else can change it.
            keep_writers_out(session)
            before = seen_before(session, clinic.clients)
            counts = merge_clinic(session, clinic, progress, actor=_ACTOR)
            raised = raise_from_folder(session, clinic.clients, before, settings, _ACTOR)
        return Imported(counts, shown_problems(clinic.problems), raised)
    finally:
        store.close()


def shown_problems(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return problems that can be shown or logged: they do not quote what clients wrote of themselves."""
    return tuple(
        replace(problem, value="(not shown)")
        if problem.value and problem.column in PRIVATE and problem.file not in (THERAPISTS.file, EPISODES.file)
        else problem
        for problem in problems
    )


def export_folder(settings: Settings, folder: Path) -> Clinic:
    """Write the store as a clinic folder that imports again unchanged, and return what was written.

    Raises
    ------
    ClinicError
        If there is no store yet.
    StoreError
        If it cannot be opened.
    """
    if not store_is_there(settings):
        raise ClinicError("there is no store yet: run matcher import FOLDER first")
    store = clinic_store(settings)
    try:
        clinic = load_clinic(store)
        with store.writing() as session:
            rows = [len(clinic.therapists), len(clinic.clients), len(clinic.episodes)]
            record(session, _ACTOR, "exported", "clinic", "", therapists_clients_episodes=rows)
        # What clients wrote stands in these files in the clear: for their owner alone, where we make the folder.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_clinic(clinic, folder)
    finally:
        store.close()
    return clinic

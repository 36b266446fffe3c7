"""Looking after the store: a new key, backups, the audit log, and a doctor who says what is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher.clinic.problems import ClinicError
from matcher.config import Settings
from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import CONCERNS, CRISIS_LINES, MEASURES, MODALITIES
from matcher.ranking.effects import effect_priors
from matcher.ranking.persistence import ModelFileError, load_model
from matcher.services.clinic_data import clinic_store, keyring, store_is_there
from matcher.store.audit import AuditReport, verify
from matcher.store.backup import BackupReport, make_backup, restore_backup
from matcher.store.clinics import load_clinic
from matcher.store.engine import shown_url
from matcher.store.errors import KeyFileError, StoreError
from matcher.store.keys import write_key_file
from matcher.store.migrate import current_revision, newest_revision
from matcher.store.models import model_in_use
from matcher.store.retention import purge_enquiries, purge_passing
from matcher.store.rotation import open_all, seal_again
from matcher.store.store import Store

_ACTOR = "command line"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the doctor looked at, whether it is well, and what was found or is to be done."""

    name: str
    well: bool
    found: str


def rotate_key(settings: Settings, *, forget_old: bool = False) -> int:
    """Make a new key, seal every value again with it, and return how many there were.

    The new key is in the key file before anything is sealed with it, so that stopping at any moment loses nothing; run
    it again to finish. Old keys stay in the file, since older backups need them, unless they are to be forgotten.

    Raises
    ------
    StoreError
        If the keys come from the environment, where they cannot be written, or the store cannot be opened.
    """
    if settings.keys is not None:
        raise KeyFileError("the keys come from MATCHER_KEYS: use a key file while you change them.")
    with opened(settings) as store:
        ring = store.sealer.ring.with_new_primary()
    write_key_file(settings.key_file, ring)
    with opened(settings) as store:
        sealed = seal_again(store, _ACTOR)
    if forget_old:
        write_key_file(settings.key_file, ring.only_primary())
    return sealed


def verify_audit(settings: Settings, seen: str | None = None) -> AuditReport:
    """Check the audit log; see `matcher.store.audit.verify`."""
    with opened(settings) as store, store.reading() as session:
        return verify(session, store.sealer.ring.audit, seen)


def backup(settings: Settings, path: Path) -> BackupReport:
    """Write an encrypted backup of the store; see `matcher.store.backup.make_backup`."""
    with opened(settings) as store:
        return make_backup(store, path, _ACTOR)


def restore(settings: Settings, path: Path) -> BackupReport:
    """Make the store of a backup; see `matcher.store.backup.restore_backup`."""
    ring = keyring(settings)
    return restore_backup(settings.url(), ring, path, _ACTOR)


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was past its time: enquiries, and drafts, codes, sessions and the like."""

    enquiries: int
    passing: int


def purge(settings: Settings) -> Purged:
    """Remove what is past its time; see `matcher.store.retention`."""
    now = datetime.now(UTC)
    with opened(settings) as store, store.writing() as session:
        enquiries = purge_enquiries(session, now - timedelta(days=settings.retention_days), _ACTOR)
        return Purged(enquiries, purge_passing(session, now, _ACTOR))


def purge_while_serving(store: Store) -> int:
    """Remove drafts, codes, sessions and the like that have run out, and return how many."""
    with store.writing() as session:
        return purge_passing(session, datetime.now(UTC), "matcher")


def doctor(settings: Settings) -> list[Check]:
    """Look at the store, its keys, its migrations, the audit log, the model and the reference tables."""
    checks = [_check("reference tables", _reference), _check("model file", lambda: _model(settings))]
    if not store_is_there(settings):
        return [Check("store", False, f"none yet at {shown_url(settings.url())}: run matcher import FOLDER."), *checks]
    keys = _check("keys", lambda: repr(keyring(settings)))
    if not keys.well:
        return [keys, *checks]
    try:
        with opened(settings) as store:
            return [keys, *_store_checks(store, settings), *checks]
    except (StoreError, OSError) as error:
        return [keys, Check("store", False, str(error)), *checks]


def _store_checks(store: Store, settings: Settings) -> Iterator[Check]:
    yield _check("store", lambda: f"{shown_url(settings.url())}: {_contents(store)}")
    revision, newest = current_revision(store.engine), newest_revision()
    yield Check("migrations", revision == newest, f"at {revision}, newest {newest}")
    with store.reading() as session:
        report = verify(session, store.sealer.ring.audit)
    yield Check("audit log", report.intact, "; ".join(report.problems) or f"{report.entries} entries, unbroken")
    yield _check("sealed values", lambda: _sealed(store))
    yield _check("model in use", lambda: _model_in_use(store))


def _sealed(store: Store) -> str:
    with store.reading() as session:
        return f"{open_all(session)}, each opens with these keys"


def _model_in_use(store: Store) -> str:
    with store.reading() as session:
        stored = model_in_use(session)
    if stored is None:
        return "none: published effects rank"
    with TemporaryDirectory() as folder:
        _learned, card = load_model(stored.write(Path(folder) / "model.joblib"))
    return f"{card.episodes} episodes, made {card.created_at}"


def _contents(store: Store) -> str:
    clinic = load_clinic(store)
    return f"{len(clinic.therapists)} therapists, {len(clinic.clients)} clients, {len(clinic.episodes)} episodes"


def _model(settings: Settings) -> str:
    if settings.model is None:
        return "none set"
    _learned, card = load_model(settings.model)
    return f"{settings.model.name}: {card.episodes} episodes, made {card.created_at}"


def _reference() -> str:
    effect_priors()
    counts = (len(CONCERNS), len(MODALITIES), len(MEASURES), len(CRISIS_LINES), len(reference_rows("effects")))
    return "{} concerns, {} modalities, {} measures, {} crisis lines, {} published effects".format(*counts)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except (StoreError, ClinicError, ModelFileError, OSError, KeyError) as error:
        return Check(name, False, str(error))


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Open the store that is there, and let go of it at the end; raises `ClinicError` or `StoreError`."""
    if not store_is_there(settings):
        raise ClinicError("there is no store yet: run matcher import FOLDER first")
    store = clinic_store(settings)
    try:
        yield store
    finally:
        store.close()

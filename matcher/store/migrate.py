"""Migrations run from the package itself, so that a store made by an older version is brought up on opening."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from matcher.store.engine import is_postgresql
from matcher.store.errors import StoreError

_FOLDER = Path(__file__).resolve().parent / "migrations"
# Any number does, as long as nothing else in the database locks it: "matc" in ASCII.
_LOCK = 0x6D617463


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision in one transaction; several processes may ask at once.

    Raises
    ------
    StoreError
        If the store was made by a newer version of matcher.
    """
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if is_postgresql(connection):
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        run_migrations(connection, revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision the tables are at, None where there are none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Return the revision this version of matcher expects."""
    newest = _scripts().get_current_head()
    if newest is None:
        raise StoreError("the migrations are missing from this installation of matcher: install it again.")
    return newest


def run_migrations(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision within a transaction of the caller's; raises as `upgrade`."""
    scripts = _scripts()

    def steps(current: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs(revision, current)

    try:
        with EnvironmentContext(_config(), scripts, fn=steps, destination_rev=revision) as environment:
            environment.configure(connection=connection)
            environment.run_migrations()
    except CommandError:
        raise StoreError("the store was made by a newer version of matcher: install that version.") from None


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _FOLDER.as_posix().replace("%", "%%"))
    config.set_main_option("version_locations", _FOLDER.as_posix().replace("%", "%%"))
    # A space in the path of the checkout must not read as two paths.
    config.set_main_option("path_separator", "newline")
    return config

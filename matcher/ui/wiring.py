"""Where the real services are made, once a process, and where the pages find them.

What they are made of takes seconds to import and load, and the first page needs none of it: so each is made when it is
first used, and the server uses them all at once beside the first page.
"""

from collections.abc import Callable, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from matcher.config import Settings, read_settings
from matcher.ui.drafts import Drafts
from matcher.ui.loading import IMPORTS
from matcher.ui.ports import Enquiries, FitChecks, Services

if TYPE_CHECKING:
    from matcher.services.live import LiveMatching
    from matcher.store.store import Store

Made = TypeVar("Made")

_installed: list[Services] = []


class Once(Generic[Made]):
    """Makes something when it is first asked for: one that asks meanwhile waits, and a failure is tried again."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = RLock()
        self._made: list[Made] = []

    def __call__(self) -> Made:
        """Return it, made once."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def made(self) -> Made | None:
        """Return it if it was made, and make nothing."""
        return self._made[0] if self._made else None


class Later:
    """Stands for a service until something of it is used."""

    def __init__(self, once: Once[Any]) -> None:
        self._once = once

    def __getattr__(self, name: str) -> Any:
        """Return what the service has by this name."""
        return getattr(self._once(), name)


def install(services: Services) -> Services:
    """Make the services known to every page of this process."""
    _installed[:] = [services]
    return services


def services() -> Services:
    """Return the services the pages draw on."""
    if not _installed:
        install(real_services())
    return _installed[0]


def close() -> None:
    """Let go of the store, where it was opened."""
    for known in _installed:
        store = known.store.made() if isinstance(known.store, Once) else None
        if store is not None:
            store.close()


def real_services(settings: Settings | None = None) -> Services:
    """Return the services on the store and the real text reading, nothing loaded yet.

    Raises
    ------
    SettingsError
        If a setting cannot be used.
    """
    settings = settings or read_settings()
    store = Once(lambda: _open_store(settings))
    matching = Once(lambda: _live_matching(store(), settings))
    return Services(
        matching=matching,
        suggest_concerns=_suggest_concerns,
        safety_flags=_safety_flags,
        drafts=cast("Drafts", Later(Once(lambda: _store_drafts(store)))),
        settings=settings,
        store=store,
        enquiries=cast("Enquiries", Later(Once(lambda: _enquiring(store, settings, matching)))),
        fit_checks=cast("FitChecks", Later(Once(lambda: _fit_checks(store, settings, matching)))),
    )


# The imports below stay inside: pandas, scikit-learn and SQLAlchemy take 2 s of the 3 s to the first page.


def _open_store(settings: Settings) -> "Store":
    with IMPORTS:
        from matcher.services.clinic_data import serving_store  # noqa: PLC0415

    return serving_store(settings)


def _live_matching(store: "Store", settings: Settings) -> "LiveMatching":
    with IMPORTS:
        from matcher.services.live import LiveMatching  # noqa: PLC0415

    return LiveMatching(store, settings)


def _store_drafts(store: "Callable[[], Store]") -> Any:
    with IMPORTS:
        from matcher.services.drafts import StoreDrafts  # noqa: PLC0415

    return StoreDrafts(store)


def _enquiring(store: "Callable[[], Store]", settings: Settings, matching: "Callable[[], LiveMatching]") -> Any:
    with IMPORTS:
        from matcher.services.enquiring import Enquiring  # noqa: PLC0415

    return Enquiring(store, settings, matching)


def _fit_checks(store: "Callable[[], Store]", settings: Settings, matching: "Callable[[], LiveMatching]") -> Any:
    with IMPORTS:
        from matcher.services.fit_checks import FitChecking  # noqa: PLC0415

    return FitChecking(store, settings, matching)


def _suggest_concerns(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
    with IMPORTS:
        from matcher.intake.concerns import suggest_concerns  # noqa: PLC0415

    return suggest_concerns(texts, top=3)


def _safety_flags(texts: Sequence[str]) -> list[list[str]]:
    with IMPORTS:
        from matcher.intake.safety import safety_flags  # noqa: PLC0415

    return safety_flags(texts)

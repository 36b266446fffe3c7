"""Where the real services are made, once a process, and where the pages find them."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from matcher.config import Settings, read_settings
from matcher.domain.reference import data_path
from matcher.ui.drafts import MemoryDrafts
from matcher.ui.ports import Enquiries, FitChecks, Matching, Services

if TYPE_CHECKING:
    from matcher.store.store import Store

_installed: list[Services] = []
_loading = Lock()


def install(services: Services) -> Services:
    """Make the services known to every page of this process."""
    _installed[:] = [services]
    return services


def services() -> Services:
    """Return the services the pages draw on."""
    if not _installed:
        install(real_services())
    return _installed[0]


def real_services() -> Services:
    """Return the services on the demo clinic and the real text reading, nothing loaded yet."""
    settings = read_settings()
    store = _store_once(settings)
    return Services(
        matching=_matching_once,
        suggest_concerns=_suggest_concerns,
        safety_flags=_safety_flags,
        drafts=MemoryDrafts(),
        settings=settings,
        store=store,
        enquiries=cast("Enquiries", Later("matcher.services.enquiring", store, settings)),
        fit_checks=cast("FitChecks", Later("matcher.services.fit_checks", store, settings)),
    )


class Later:
    """Stands for a module's service until it is first used."""

    def __init__(self, module: str, *known: Any) -> None:
        self._module, self._known, self._made = module, known, None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = import_module(self._module).service(*self._known)
        return getattr(self._made, name)


def _store_once(settings: Settings) -> Callable[[], "Store"]:
    @cache
    def open_it() -> "Store":
        from matcher.services.clinic_data import serving_store  # noqa: PLC0415

        return serving_store(settings)

    def once() -> "Store":
        with _loading:
            return open_it()

    return once


def _matching_once() -> Matching:
    # Two clients at the last step at once must not both load the model.
    with _loading:
        return _matching()


# The three imports below stay inside: pandas and scikit-learn take 1.5 s of the 3 s to the first page, and
# the first page needs neither. The server loads them beside it.
@cache
def _matching() -> Matching:
    from matcher.clinic.folder import read_clinic  # noqa: PLC0415
    from matcher.services.matching import MatchingService, load_recommender  # noqa: PLC0415

    clinic = read_clinic(data_path("demo"))
    return MatchingService(clinic, load_recommender(clinic))


def _suggest_concerns(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
    from matcher.intake.concerns import suggest_concerns  # noqa: PLC0415

    return suggest_concerns(texts, top=3)


def _safety_flags(texts: Sequence[str]) -> list[list[str]]:
    from matcher.intake.safety import safety_flags  # noqa: PLC0415

    return safety_flags(texts)

"""matcher: finds good-fit therapists for people looking for therapy, with honest reasons and stated uncertainty.

The public names are imported when first used, so that the web app serves its first page in a third of the time: without
the model's libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.clinic.folder import Clinic, read_clinic
    from matcher.intake.concerns import suggest_concerns
    from matcher.intake.safety import safety_flags
    from matcher.ranking.recommender import Recommender
    from matcher.ranking.track_record import track_record

__all__ = ["Clinic", "Recommender", "read_clinic", "safety_flags", "suggest_concerns", "track_record"]

_HOMES = {
    "Clinic": "clinic.folder",
    "Recommender": "ranking.recommender",
    "read_clinic": "clinic.folder",
    "safety_flags": "intake.safety",
    "suggest_concerns": "intake.concerns",
    "track_record": "ranking.track_record",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

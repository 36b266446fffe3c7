"""matcher: finds good-fit therapists for people looking for therapy, with honest reasons and stated uncertainty."""

from matcher.clinic.folder import Clinic, read_clinic
from matcher.intake.concerns import suggest_concerns
from matcher.intake.safety import safety_flags
from matcher.ranking.recommender import Recommender
from matcher.ranking.track_record import track_record

__all__ = ["Clinic", "Recommender", "read_clinic", "safety_flags", "suggest_concerns", "track_record"]

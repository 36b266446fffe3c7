"""What a clinic sets for its web pages, read from the environment once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.domain.vocabulary import CRISIS_LINES, CrisisLine


@dataclass(frozen=True, slots=True)
class Settings:
    """Names and numbers shown to clients; the defaults describe the made-up demo clinic.

    The default telephone number is from the range kept for fiction in Australia, so that nobody is rung by mistake.
    """

    clinic_name: str = "Banksia Street Clinic"
    clinic_phone: str = "(02) 5550 0142"
    clinic_hours: str = "Monday to Friday, 9 am to 5 pm"
    country: str = "AU"
    leave_url: str = "https://www.bom.gov.au/"
    demo: bool = True

    def crisis_lines(self) -> tuple[CrisisLine, ...]:
        """Return the crisis lines of the clinic's country, the emergency number first."""
        return tuple(line for line in CRISIS_LINES if line.country == self.country)


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, keeping the demo clinic's where nothing is set.

    Raises
    ------
    ValueError
        If the country has no crisis lines, since no page may be shown without them.
    """
    default = Settings()
    name = environment.get("MATCHER_CLINIC_NAME", "")
    settings = Settings(
        clinic_name=name or default.clinic_name,
        clinic_phone=environment.get("MATCHER_CLINIC_PHONE", default.clinic_phone),
        clinic_hours=environment.get("MATCHER_CLINIC_HOURS", default.clinic_hours),
        country=environment.get("MATCHER_COUNTRY", default.country).upper(),
        leave_url=environment.get("MATCHER_LEAVE_URL", default.leave_url),
        demo=not name,
    )
    if not settings.crisis_lines():
        known = ", ".join(sorted({line.country for line in CRISIS_LINES}))
        raise ValueError(f"MATCHER_COUNTRY is not one we hold crisis lines for: use one of {known}.")
    return settings

"""The clinic's closed vocabularies: codes, labels and ranges, read from the reference tables where they have one."""

from dataclasses import dataclass

from matcher.domain.reference import reference_rows


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing a client may want help with."""

    code: str
    label: str
    domain: str
    nhs_problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modality:
    """One way of working a therapist may be trained in."""

    code: str
    label: str
    nhs_therapy: str


@dataclass(frozen=True, slots=True)
class Measure:
    """An outcome questionnaire whose scores are imported; its items are never held here."""

    code: str
    label: str
    minimum: float
    maximum: float
    higher_is_worse: bool
    clinical_cutoff: float
    reliable_change: float
    intake_mean: float
    intake_sd: float
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """A telephone service for people at risk, as checked on a date."""

    country: str
    service: str
    number: str
    purpose: str
    hours: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class StyleDimension:
    """One of four bipolar ways a therapist may work, from -1 (low) to 1 (high)."""

    code: str
    low: str
    high: str


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


CONCERNS: dict[str, Concern] = {
    row["concern"]: Concern(row["concern"], row["label"], row["domain"], _parts(row["nhs_problem"]))
    for row in reference_rows("concerns")
}
DOMAINS: tuple[str, ...] = tuple(dict.fromkeys(concern.domain for concern in CONCERNS.values()))
MODALITIES: dict[str, Modality] = {
    row["modality"]: Modality(row["modality"], row["label"], row["nhs_therapy"]) for row in reference_rows("modalities")
}
MEASURES: dict[str, Measure] = {
    row["measure"]: Measure(
        code=row["measure"],
        label=row["name"],
        minimum=float(row["minimum"]),
        maximum=float(row["maximum"]),
        higher_is_worse=row["higher_is_worse"] == "true",
        clinical_cutoff=float(row["clinical_cutoff"]),
        reliable_change=float(row["reliable_change"]),
        intake_mean=float(row["intake_mean"]),
        intake_sd=float(row["intake_sd"]),
        licence=row["licence"],
        source=row["source"],
    )
    for row in reference_rows("measures")
}
CRISIS_LINES: tuple[CrisisLine, ...] = tuple(
    CrisisLine(row["country"], row["service"], row["number"], row["for"], row["hours"], row["checked_on"])
    for row in reference_rows("crisis_lines")
)
#: Services that interpret telephone calls, one a country at most.
INTERPRETERS: tuple[CrisisLine, ...] = tuple(
    CrisisLine(row["country"], row["service"], row["number"], row["for"], row["hours"], row["checked_on"])
    for row in reference_rows("interpreters")
)

GENDERS: dict[str, str] = {"woman": "woman", "man": "man", "non_binary": "non-binary person"}
PROFESSIONS: dict[str, str] = {
    "clinical_psychologist": "Clinical psychologist",
    "psychologist": "Psychologist",
    "provisional_psychologist": "Provisional psychologist",
    "counsellor": "Counsellor",
    "social_worker": "Social worker",
    "occupational_therapist": "Occupational therapist",
    "psychiatrist": "Psychiatrist",
    "other": "Therapist",
}
AGE_GROUPS: dict[str, tuple[int, int]] = {
    "child": (0, 11),
    "adolescent": (12, 17),
    "adult": (18, 64),
    "older_adult": (65, 120),
}
FORMATS: dict[str, str] = {"in_person": "in person", "telehealth": "by video", "phone": "by phone"}
DAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_PARTS: tuple[str, ...] = ("morning", "afternoon", "evening")
AVAILABILITY: tuple[str, ...] = tuple(f"{day}_{part}" for day in DAYS for part in DAY_PARTS)
STYLES: dict[str, StyleDimension] = {
    "directiveness": StyleDimension("directiveness", "client-led", "therapist-led"),
    "emotional_intensity": StyleDimension("emotional_intensity", "reserved", "emotionally intense"),
    "past_focus": StyleDimension("past_focus", "focused on the present", "focused on the past"),
    "challenge": StyleDimension("challenge", "warmly supportive", "challenging"),
}
SEVERITIES: dict[int, str] = {1: "mild", 2: "moderate", 3: "severe"}
ENDINGS: tuple[str, ...] = ("planned", "dropped_out", "changed_therapist", "ongoing")
MATCHED_BY: tuple[str, ...] = ("usual", "recommended", "client_choice", "override", "rematch")
SAFETY_FLAGS: tuple[str, ...] = ("suicide", "self_harm", "harm_to_others", "abuse", "child_safety", "urgent_health")

# Communities and kinds of funding are open lists: a clinic may add its own codes.
FUNDING: dict[str, str] = {
    "medicare": "Medicare rebate",
    "bulk_bill": "bulk billing",
    "private_health": "private health insurance",
    "ndis": "NDIS",
    "dva": "DVA",
    "workcover": "WorkCover",
    "self_pay": "paying yourself",
}
IDENTITIES: dict[str, str] = {
    "lgbtqia": "LGBTQIA+ people",
    "aboriginal_torres_strait_islander": "Aboriginal and Torres Strait Islander people",
    "culturally_diverse": "people from culturally diverse backgrounds",
    "neurodivergent": "neurodivergent people",
    "christian": "Christian clients",
    "muslim": "Muslim clients",
}


def age_group(age: float) -> str:
    """Return the age group code an age in years falls into.

    Raises
    ------
    ValueError
        If the age is negative or over 120.
    """
    for code, (low, high) in AGE_GROUPS.items():
        if low <= int(age) <= high:
            return code
    raise ValueError(f"age {age} is not between 0 and 120")


def interpreter(country: str) -> CrisisLine | None:
    """Return the service that interprets telephone calls in a country, None where we hold none."""
    return next((line for line in INTERPRETERS if line.country == country), None)


def crisis_lines(country: str) -> tuple[CrisisLine, ...]:
    """Return a country's crisis lines, the emergency number first."""
    return tuple(line for line in CRISIS_LINES if line.country == country)

"""Plain sentences for a benefit's own terms: reasons where a term adds, cautions where it takes away or is not known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.clinic.pairs import Pairs
from matcher.domain.recommendation import Contribution, WishReceipt
from matcher.domain.vocabulary import CONCERNS, MODALITIES, STYLES
from matcher.eligibility.reasons import labels_of, plain_date
from matcher.features.evidence import EXPOSURE_TYPE, TIERS, evidence_for

# A term smaller than this share of an SD is not worth a sentence.
_WORTH_SAYING = 0.002
_MOST_REASONS = 4
_STALE_DAYS = 30
# Staff see what past work here suggests; clients never do (advertising law, and no false promises).
_STAFF_ONLY = ("track_level", "track_domains", "track_severity")


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one pair."""

    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    unknowns: tuple[str, ...]


def words_for(
    pairs: Pairs, row: int, contributions: tuple[Contribution, ...], receipt: tuple[WishReceipt, ...], *, staff: bool
) -> Words:
    """Return the reasons, cautions and open questions of one aligned pair, from its own terms, largest first."""
    told = [c for c in contributions if staff or c.comparison not in _STAFF_ONLY]
    good = [c for c in told if c.known and c.benefit > _WORTH_SAYING]
    poor = [c for c in told if c.known and c.benefit < -_WORTH_SAYING]
    reasons = [s for c in good if (s := _SENTENCES[c.comparison](pairs, row, True))]
    reasons += [f"{wish.label}, as asked" for wish in receipt if wish.must_have and wish.status == "honoured"]
    cautions = [f"Not as wished: {_lower(wish.label)}" for wish in receipt if wish.status == "not_honoured"]
    cautions += [s for c in poor if (s := _SENTENCES[c.comparison](pairs, row, False))]
    cautions += _openings(pairs, row)
    unknowns = [f"Not known: {_lower(wish.label)}" for wish in receipt if wish.status == "unknown"]
    return Words(_unique(reasons)[:_MOST_REASONS], _unique(cautions), _unique(unknowns))


def _unique(sentences: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentences))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _openings(pairs: Pairs, row: int) -> list[str]:
    confirmed = float(pairs.therapists.days["openings_confirmed_on"][row])
    enquired = float(pairs.clients.days["enquired_at"][row])
    if np.isnan(confirmed):
        return ["Open places have not been confirmed on a date"]
    if enquired - confirmed > _STALE_DAYS:
        return [f"Open places were last confirmed on {plain_date(confirmed)}"]
    return []


def _honoured(label: str, column: str) -> Callable[[Pairs, int, bool], str]:
    def sentence(pairs: Pairs, row: int, good: bool) -> str:
        return f"{label}: {labels_of(column, pairs.therapists.sets[column].names(row))}, as wished" if good else ""

    return sentence


def _modality_wish(pairs: Pairs, row: int, good: bool) -> str:
    shared = set(pairs.clients.sets["modalities"].names(row)) & set(pairs.therapists.sets["modalities"].names(row))
    return f"Works with {labels_of('modalities', sorted(shared))}, as wished" if good and shared else ""


def _style(name: str) -> Callable[[Pairs, int, bool], str]:
    def sentence(pairs: Pairs, row: int, good: bool) -> str:
        ours, theirs = pairs.clients.numbers[name][row], pairs.therapists.numbers[name][row]
        if not good or abs(ours - theirs) > 0.5:
            return ""
        style = STYLES[name]
        lean = style.high if theirs > 0.2 else style.low if theirs < -0.2 else f"between {style.low} and {style.high}"
        return f"Way of working is {lean}, close to what was wished for"

    return sentence


def _cover(pairs: Pairs, row: int, good: bool) -> str:
    named, theirs = pairs.clients.severity[row] > 0, pairs.therapists.concerns[row] > 0
    covered = [c for c, n, t in zip(CONCERNS, named, theirs, strict=True) if n and t]
    missing = [c for c, n, t in zip(CONCERNS, named, theirs, strict=True) if n and not t]
    if good:
        return f"Works with {_lower(labels_of('concerns', covered))}" if covered else ""
    return f"Does not list {_lower(labels_of('concerns', missing))}" if missing else ""


def _approach(exposure: bool) -> Callable[[Pairs, int, bool], str]:
    def sentence(pairs: Pairs, row: int, good: bool) -> str:
        chosen = EXPOSURE_TYPE > 0 if exposure else EXPOSURE_TYPE == 0
        share = pairs.clients.concern_share[row] * chosen
        tiers = evidence_for(pairs.therapists)[row]
        wanted = np.flatnonzero((share > 0) & ((tiers > 0.55) if good else (tiers < 0.55)))
        if not len(wanted):
            return ""
        main = int(wanted[np.argmax(share[wanted])])
        concern = _lower(list(CONCERNS.values())[main].label)
        if not good:
            return f"No training listed in the best-studied approaches for {concern}"
        held = pairs.therapists.modalities[row] * TIERS[:, main]
        best = [code for code, tier in zip(MODALITIES, held, strict=True) if tier and tier == held.max()]
        return f"Trained in {labels_of('modalities', best[:2])}, a well-studied approach for {concern}"

    return sentence


def _community(pairs: Pairs, row: int, good: bool) -> str:
    shared = set(pairs.clients.sets["identities"].names(row)) & set(pairs.therapists.sets["identities"].names(row))
    return f"Trained to work with {labels_of('identities', sorted(shared))}" if good and shared else ""


def _wait(pairs: Pairs, row: int, good: bool) -> str:
    opening = float(pairs.therapists.days["next_opening"][row])
    if good:
        return f"First opening {plain_date(opening)}"
    return f"First opening not until {plain_date(opening)}"


def _cost(pairs: Pairs, row: int, good: bool) -> str:
    fee = float(pairs.therapists.numbers["fee"][row])
    return f"Costs {fee:.0f} a session, well under the limit" if good else ""


def _track(subject: str) -> Callable[[Pairs, int, bool], str]:
    def sentence(pairs: Pairs, row: int, good: bool) -> str:
        return f"Past work here {subject} went a little {'better' if good else 'less well'} than average (uncertain)"

    return sentence


_SENTENCES: dict[str, Callable[[Pairs, int, bool], str]] = {
    "wish_therapist_gender": _honoured("Therapist's gender", "gender"),
    "wish_modalities": _modality_wish,
    "wish_identities": _community,
    "wish_languages": _honoured("Speaks", "languages"),
    **{f"style_{name}": _style(name) for name in STYLES},
    "concern_cover": _cover,
    "approach_exposure": _approach(exposure=True),
    "approach_other": _approach(exposure=False),
    "community_training": _community,
    "experience": lambda pairs, row, good: (
        f"{pairs.therapists.numbers['years_experience'][row]:.0f} years of experience" if good else ""
    ),
    "availability": lambda pairs, row, good: "Free at a time asked for" if good else "",
    "distance": lambda pairs, row, good: "Rooms are near enough" if good else "",
    "opening_by": lambda pairs, row, good: "First opening is soon enough" if good else "",
    "wait": _wait,
    "cost": _cost,
    "track_level": _track("with this therapist"),
    "track_domains": _track("with similar concerns"),
    "track_severity": _track("with clients this unwell"),
}

"""Plain sentences for a benefit's own terms: reasons where a term adds, cautions where it takes away or is not known.

A term decides whether something is said, and in which order; what is said is read off the two people, so that it is
true whatever sign the model has learned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.clinic.pairs import Pairs
from matcher.domain.message import Message
from matcher.domain.recommendation import Contribution, WishReceipt
from matcher.domain.vocabulary import CONCERNS, MODALITIES, STYLES
from matcher.eligibility.words import label_of, labels_of, money, plain_date
from matcher.features.comparisons import wait_days
from matcher.features.evidence import EXPOSURE_TYPE, TIERS, evidence_for
from matcher.ranking.wish_sentences import broken_sentences, honoured_sentence, honoured_styles, unknown_sentences

# A term smaller than this share of an SD is not worth a sentence.
_WORTH_SAYING = 0.002
_MOST_REASONS, _MOST_CAUTIONS = 4, 5
_STALE_DAYS = 30
_LONG_WAIT_DAYS, _SHORT_WAIT_DAYS = 21, 14
_EXPERIENCED_YEARS = 10
# A fee of at most this share of the limit is well under it.
_WELL_UNDER = 0.8
_STRONG, _MODERATE = 0.95, 0.55
_SAFETY_FIRST = (
    "Self-harm or thoughts of suicide are among the concerns: a person checks on safety before anything else"
)
# Staff see what past work here suggests; clients never do (advertising law, and no false promises).
_STAFF_ONLY = ("track_level", "track_domains", "track_severity")
_SELF_HARM = tuple(CONCERNS).index("self_harm")
_LISTED = TIERS.max(axis=0) > _MODERATE


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one pair."""

    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    unknowns: tuple[str, ...]


def words_for(
    pairs: Pairs,
    row: int,
    contributions: tuple[Contribution, ...],
    receipt: tuple[WishReceipt, ...],
    *,
    staff: bool,
    safety_checked: bool = False,
) -> Words:
    """Return the reasons, cautions and open questions of one aligned pair, from its own terms, largest first.

    Reasons first say what sets this therapist apart, then which other wishes are honoured and concerns covered.
    """
    pairs = pairs.wished
    told = [c for c in contributions if c.known and (staff or c.comparison not in _STAFF_ONLY)]
    reasons = [_good(c.comparison, pairs, row, receipt) for c in told if c.benefit > _WORTH_SAYING]
    reasons += [
        honoured_sentence(wish.wish, pairs, row, must=wish.must_have)
        for wish in sorted(receipt, key=lambda wish: not wish.must_have)
        if wish.status == "honoured"
    ]
    reasons += [honoured_styles(receipt, pairs, row), _covered(pairs, row)]
    cautions: list[str] = []
    if staff and not safety_checked and pairs.clients.severity[row, _SELF_HARM] > 0:
        cautions.append(_SAFETY_FIRST)
    cautions += [*broken_sentences(receipt, pairs, row), _not_covered(pairs, row), _no_english(pairs, row)]
    cautions += [_POOR[c.comparison](pairs, row) for c in told if c.benefit < -_WORTH_SAYING and c.comparison in _POOR]
    cautions.append(_openings(pairs, row))
    return Words(
        _unique(reasons)[:_MOST_REASONS], _unique(cautions)[:_MOST_CAUTIONS], _unique(unknown_sentences(receipt))
    )


def _unique(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


def _good(comparison: str, pairs: Pairs, row: int, receipt: tuple[WishReceipt, ...]) -> str:
    if comparison in _GOOD:
        return _GOOD[comparison](pairs, row)
    wish = _WISH_OF[comparison]
    found = next((entry for entry in receipt if entry.wish == wish and entry.status == "honoured"), None)
    if found is not None and found.wish in STYLES:
        return honoured_styles(receipt, pairs, row)
    return "" if found is None else honoured_sentence(found.wish, pairs, row, must=found.must_have)


def _openings(pairs: Pairs, row: int) -> str:
    confirmed = float(pairs.therapists.days["openings_confirmed_on"][row])
    enquired = float(pairs.clients.days["enquired_at"][row])
    if np.isnan(confirmed):
        return Message("Open places have not been confirmed on a date")
    if enquired - confirmed > _STALE_DAYS:
        return Message("Open places were last confirmed on {day}", day=plain_date(confirmed))
    return ""


def _no_english(pairs: Pairs, row: int) -> str:
    spoken = pairs.therapists.sets["languages"].names(row)
    if pairs.clients.sets["languages"].known[row] or "english" in spoken:
        return ""
    return Message("Does not list English (speaks {languages})", languages=labels_of("languages", spoken))


def _concerns(pairs: Pairs, row: int, *, covered: bool) -> list[str]:
    """Return the client's concerns that the therapist does, or does not, list, the most severe first."""
    severity = pairs.clients.severity[row]
    found = (severity > 0) & ((pairs.therapists.concerns[row] > 0) == covered)
    codes = tuple(CONCERNS)
    return [codes[i] for i in np.argsort(-severity, kind="stable") if found[i]]


def _covered(pairs: Pairs, row: int) -> str:
    codes = _concerns(pairs, row, covered=True)
    return Message("Works with {concerns}", concerns=labels_of("concerns", codes)) if codes else ""


def _not_covered(pairs: Pairs, row: int) -> str:
    codes = _concerns(pairs, row, covered=False)
    return Message("Does not list {concerns}", concerns=labels_of("concerns", codes, "or")) if codes else ""


def _main_concern(pairs: Pairs, row: int, exposure: bool, suits: np.ndarray) -> int | None:
    """Return the client's weightiest concern of a kind among those that ``suits`` (n_concerns,) marks."""
    kind = EXPOSURE_TYPE > 0 if exposure else EXPOSURE_TYPE == 0
    share = pairs.clients.concern_share[row] * (kind & suits)
    return int(np.argmax(share)) if share.any() else None


def _trained(exposure: bool) -> Callable[[Pairs, int], str]:
    def sentence(pairs: Pairs, row: int) -> str:
        main = _main_concern(pairs, row, exposure, evidence_for(pairs.therapists)[row] > _MODERATE)
        if main is None:
            return ""
        held = pairs.therapists.modalities[row] * TIERS[:, main]
        best = [code for code, tier in zip(MODALITIES, held, strict=True) if tier > 0 and tier == held.max()][:2]
        approaches, concern = labels_of("modalities", best), label_of("concerns", list(CONCERNS)[main])
        if held.max() > _STRONG:
            return Message(
                "Uses {approaches}, recommended in guidelines for {concern}", approaches=approaches, concern=concern
            )
        return Message("Uses {approaches}, also used for {concern}", approaches=approaches, concern=concern)

    return sentence


def _untrained(exposure: bool) -> Callable[[Pairs, int], str]:
    def sentence(pairs: Pairs, row: int) -> str:
        main = _main_concern(pairs, row, exposure, _LISTED & (evidence_for(pairs.therapists)[row] < _MODERATE))
        if main is None:
            return ""
        concern = label_of("concerns", list(CONCERNS)[main])
        return Message("Lists none of the approaches guidelines recommend for {concern}", concern=concern)

    return sentence


def _wait_days(pairs: Pairs, row: int) -> tuple[float, str]:
    return float(wait_days(pairs)[row]), plain_date(float(pairs.therapists.days["next_opening"][row]))


def _short_wait(pairs: Pairs, row: int) -> str:
    days, opening = _wait_days(pairs, row)
    if days <= 0:
        return Message("Has an opening already")
    return Message("First opening is {opening}", opening=opening) if days <= _SHORT_WAIT_DAYS else ""


def _long_wait(pairs: Pairs, row: int) -> str:
    days, opening = _wait_days(pairs, row)
    return Message("First opening is not until {opening}", opening=opening) if days > _LONG_WAIT_DAYS else ""


def _cost(pairs: Pairs, row: int) -> str:
    fee, most = float(pairs.therapists.numbers["fee"][row]), float(pairs.clients.numbers["max_fee"][row])
    if fee > _WELL_UNDER * most:
        return ""
    return Message("Costs {fee} a session, well under the limit of {most}", fee=money(fee), most=money(most))


def _experience(pairs: Pairs, row: int) -> str:
    years = float(pairs.therapists.numbers["years_experience"][row])
    return Message("{years} years of experience", years=int(years)) if years >= _EXPERIENCED_YEARS else ""


def _track(who: str, how: str) -> Callable[[Pairs, int], str]:
    # Staff alone read these, in English: clients see no results.
    return lambda pairs, row: f"{who} have done a little {how} than average with this therapist here (uncertain)"


_TRACKS = {
    "track_level": "Clients",
    "track_domains": "Clients with similar concerns",
    "track_severity": "Clients about as unwell",
}
_WISH_OF: dict[str, str] = {
    "wish_therapist_gender": "therapist_gender",
    "wish_modalities": "modalities",
    "wish_identities": "identities",
    "community_training": "identities",
    "wish_languages": "languages",
    "availability": "availability",
    "distance": "max_distance_km",
    "opening_by": "next_opening_by",
    **{f"style_{name}": name for name in STYLES},
}
_GOOD: dict[str, Callable[[Pairs, int], str]] = {
    "concern_cover": _covered,
    "approach_exposure": _trained(exposure=True),
    "approach_other": _trained(exposure=False),
    "experience": _experience,
    "wait": _short_wait,
    "cost": _cost,
    **{name: _track(who, "better") for name, who in _TRACKS.items()},
}
_POOR: dict[str, Callable[[Pairs, int], str]] = {
    "approach_exposure": _untrained(exposure=True),
    "approach_other": _untrained(exposure=False),
    "wait": _long_wait,
    **{name: _track(who, "less well") for name, who in _TRACKS.items()},
}

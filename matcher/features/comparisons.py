"""The comparisons of client and therapist: each declared once, with its label and what a blank means.

Every value is centred so that 0 is neutral: nothing asked, or nothing known. A wish honoured is +0.5 and a wish not
honoured -0.5, times its share of all the client's wishes, so that together they run from none to all honoured. A style
match is in SD, so that all stated dimensions together have an SD of 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from matcher.clinic.encoding import Bools, ClientTable, Floats
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import FORMATS, STYLES
from matcher.features.evidence import EXPOSURE_TYPE, evidence_for

Kind = Literal["wish", "style", "clinical", "practical"]

# Mean and SD of a style match, 1 - |difference| / 2, for two independent values spread evenly from -1 to 1.
_USUAL_STYLE_MATCH = 2 / 3
_STYLE_MATCH_SD = np.float32(0.2357)
_WEEKS_CAP = 12.0
_IN_PERSON = tuple(FORMATS).index("in_person")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: ``asked`` (n_clients,) says for whom it matters, ``values`` gives the pairs' centred values.

    ``unknown`` (pairs) says where the therapist's side is blank; those pairs take the missing level 0, the neutral one.
    """

    name: str
    label: str
    kind: Kind
    asked: Callable[[ClientTable], Bools]
    values: Callable[[Pairs], Floats]
    unknown: Callable[[Pairs], Bools]


@lru_cache(maxsize=4)
def preference_weights(clients: ClientTable) -> dict[str, Floats]:
    """Return each wish's share of the client's stated wishes (n,), summing to 1 where any was stated.

    The wishes are the therapist's gender, modality and communities, as in the studies of preferences honoured. Style
    has its own effect, and languages are a hard limit. ``importance`` and *must have* (double) multiply a weight.
    """
    weighted = {name: clients.sets[name].known * wish_importance(clients, name) for name in _SHARED_WISHES}
    total = np.maximum(sum(weighted.values()), 1e-9)
    return {name: (weight / total).astype(np.float32) for name, weight in weighted.items()}


def wish_importance(clients: ClientTable, name: str) -> Floats:
    """Return how much a wish counts (n,): its stated importance (1 if none), doubled where it is a must-have."""
    weight = clients.importance.get(name, np.float32(1)) * np.ones(len(clients), dtype=np.float32)
    must = clients.must.get(name)
    return weight if must is None else np.where(must, 2 * weight, weight)


_SHARED_WISHES = ("therapist_gender", "modalities", "identities")


def _set_wish(name: str, label: str, *, share: bool = False) -> Comparison:
    def values(pairs: Pairs) -> Floats:
        wished = pairs.wished
        honoured = wished.shared_share(name) if share else wished.shares_any(name).astype(np.float32)
        weight = preference_weights(pairs.clients).get(name)
        centred = honoured - np.float32(0.5)
        return centred if weight is None else centred * pairs.client(weight)

    return Comparison(
        f"wish_{name}",
        label,
        "wish",
        lambda clients: clients.sets[name].known,
        values,
        lambda pairs: ~pairs.known(name),
    )


def _style_wish(name: str) -> Comparison:
    style = STYLES[name]

    def values(pairs: Pairs) -> Floats:
        ours, theirs = pairs.client(pairs.clients.numbers[name]), pairs.therapist(pairs.therapists.numbers[name])
        match = 1 - np.abs(ours - theirs) / 2
        weight = wish_importance(pairs.clients, name) / np.sqrt(_stated_styles(pairs.clients)) / _STYLE_MATCH_SD
        return np.asarray((match - np.float32(_USUAL_STYLE_MATCH)) * pairs.client(weight))

    return Comparison(
        f"style_{name}",
        f"Style: {style.low} or {style.high}",
        "style",
        lambda clients: ~np.isnan(clients.numbers[name]),
        values,
        lambda pairs: _blank(pairs, np.isnan(pairs.therapists.numbers[name])),
    )


def _stated_styles(clients: ClientTable) -> Floats:
    """Return on how many style dimensions each client stated a wish (n,), at least 1."""
    stated = [~np.isnan(clients.numbers[name]) for name in STYLES]
    return np.asarray(np.maximum(np.sum(stated, axis=0), 1), dtype=np.float32)


def _blank(pairs: Pairs, therapist_blank: Bools) -> Bools:
    return np.broadcast_to(pairs.therapist(therapist_blank), pairs.shape)


def _nothing_blank(pairs: Pairs) -> Bools:
    return np.zeros(pairs.shape, dtype=bool)


def _everyone(clients: ClientTable) -> Bools:
    return np.ones(len(clients), dtype=bool)


def _concern_cover(pairs: Pairs) -> Floats:
    return np.asarray(pairs.dot(pairs.clients.concern_share, pairs.therapists.concerns) - np.float32(0.5))


def _approach(exposure: bool) -> Callable[[Pairs], Floats]:
    chosen = EXPOSURE_TYPE if exposure else 1 - EXPOSURE_TYPE

    def values(pairs: Pairs) -> Floats:
        share = pairs.clients.concern_share * chosen
        return np.asarray(pairs.dot(share, evidence_for(pairs.therapists)) - pairs.client(share.sum(axis=1) / 2))

    return values


def _modalities_blank(pairs: Pairs) -> Bools:
    return ~pairs.known("modalities")


def _community(pairs: Pairs) -> Floats:
    return np.asarray(pairs.shared_share("identities") - np.float32(0.5))


def _availability(pairs: Pairs) -> Floats:
    return pairs.shares_any("availability").astype(np.float32) - np.float32(0.5)


def _distance(pairs: Pairs) -> Floats:
    near = pairs.within_km(pairs.clients.numbers["max_distance_km"])
    return near.astype(np.float32) - np.float32(0.5)


def only_remote(pairs: Pairs) -> Bools:
    """Return which pairs would meet by video or phone only, so that how far away the rooms are does not matter."""
    theirs = pairs.therapist(~_holds(pairs.therapists.sets["formats"].bits, _IN_PERSON))
    ours = pairs.clients.sets["formats"].known & ~_holds(pairs.clients.sets["formats"].bits, _IN_PERSON)
    return np.asarray(theirs | pairs.client(ours))


def _distance_unknown(pairs: Pairs) -> Bools:
    ours, theirs = np.isnan(pairs.clients.places[:, 0]), np.isnan(pairs.therapists.places[:, 0])
    return np.asarray(pairs.client(ours) | pairs.therapist(theirs) | only_remote(pairs))


def _holds(bits: np.ndarray, position: int) -> Bools:
    return np.asarray(bits[:, 0] >> np.uint64(position) & np.uint64(1), dtype=bool)


def _opening(pairs: Pairs) -> Floats:
    soon = pairs.therapist(pairs.therapists.days["next_opening"]) <= pairs.client(pairs.clients.days["next_opening_by"])
    return soon.astype(np.float32) - np.float32(0.5)


def wait_days(pairs: Pairs) -> Floats:
    """Return the days from an enquiry to a therapist's next opening, NaN where not known.

    Where openings were confirmed after the enquiry the count starts there: an old enquiry is matched today, and must
    not make every known opening look late beside an unknown one.
    """
    asked = pairs.client(pairs.clients.days["enquired_at"])
    since = np.fmax(asked, pairs.therapist(pairs.therapists.days["openings_confirmed_on"]))
    return np.asarray(pairs.therapist(pairs.therapists.days["next_opening"]) - since)


def _wait(pairs: Pairs) -> Floats:
    days = wait_days(pairs)
    return np.asarray(2 - np.clip(days / 7, 0, _WEEKS_CAP), dtype=np.float32)


def _cost(pairs: Pairs) -> Floats:
    most = pairs.client(np.maximum(pairs.clients.numbers["max_fee"], 1))
    return np.asarray(np.clip(np.float32(0.5) - pairs.therapist(pairs.therapists.numbers["fee"]) / most, -0.5, 0.5))


def _experience(pairs: Pairs) -> Floats:
    # Past some years experience tells nothing more: the same therapists even decline a little (Goldberg 2016).
    years = np.clip(pairs.therapists.numbers["years_experience"], 0, 20)
    return np.broadcast_to(pairs.therapist((years - 10) / np.float32(10)), pairs.shape)


COMPARISONS: tuple[Comparison, ...] = (
    _set_wish("therapist_gender", "Therapist's gender"),
    _set_wish("modalities", "Way of working asked for"),
    _set_wish("identities", "Trained with your community", share=True),
    _set_wish("languages", "Language", share=True),
    *(_style_wish(name) for name in STYLES),
    Comparison("concern_cover", "Works with these concerns", "clinical", _everyone, _concern_cover, _nothing_blank),
    Comparison(
        "approach_exposure",
        "Trained in the approaches that matter most for these concerns",
        "clinical",
        lambda clients: np.asarray((clients.severity * EXPOSURE_TYPE).any(axis=1)),
        _approach(exposure=True),
        _modalities_blank,
    ),
    Comparison(
        "approach_other",
        "Trained in well-studied approaches for these concerns",
        "clinical",
        lambda clients: np.asarray((clients.severity * (1 - EXPOSURE_TYPE)).any(axis=1)),
        _approach(exposure=False),
        _modalities_blank,
    ),
    Comparison(
        "community_training",
        "Practice adapted to the client's community",
        "clinical",
        lambda clients: clients.sets["identities"].known,
        _community,
        lambda pairs: ~pairs.known("identities"),
    ),
    Comparison(
        "experience",
        "Years of experience",
        "clinical",
        _everyone,
        _experience,
        lambda pairs: _blank(pairs, np.isnan(pairs.therapists.numbers["years_experience"])),
    ),
    Comparison(
        "availability",
        "Free at a time asked for",
        "practical",
        lambda clients: clients.sets["availability"].known,
        _availability,
        lambda pairs: ~pairs.known("availability"),
    ),
    Comparison(
        "distance",
        "Near enough",
        "practical",
        lambda clients: ~np.isnan(clients.numbers["max_distance_km"]),
        _distance,
        _distance_unknown,
    ),
    Comparison(
        "opening_by",
        "First opening soon enough",
        "practical",
        lambda clients: ~np.isnan(clients.days["next_opening_by"]),
        _opening,
        lambda pairs: _blank(pairs, np.isnan(pairs.therapists.days["next_opening"])),
    ),
    Comparison(
        "wait",
        "Short wait",
        "practical",
        lambda clients: ~np.isnan(clients.days["enquired_at"]),
        _wait,
        lambda pairs: _blank(pairs, np.isnan(pairs.therapists.days["next_opening"])),
    ),
    Comparison(
        "cost",
        "Well under the cost limit",
        "practical",
        lambda clients: ~np.isnan(clients.numbers["max_fee"]),
        _cost,
        lambda pairs: _blank(pairs, np.isnan(pairs.therapists.numbers["fee"])),
    ),
)
NAMES: tuple[str, ...] = tuple(comparison.name for comparison in COMPARISONS)
LABELS: dict[str, str] = {comparison.name: comparison.label for comparison in COMPARISONS}


def compare(comparison: Comparison, pairs: Pairs) -> Floats | None:
    """Return a comparison's values over the pairs with the missing level put in, or None where nobody asked."""
    asked = comparison.asked(pairs.clients)
    if not asked.any():
        return None
    values = comparison.values(pairs)
    neutral = comparison.unknown(pairs)
    if not asked.all():
        neutral = neutral | pairs.client(~asked)
    return np.where(neutral, np.float32(0), values) if neutral.any() else values

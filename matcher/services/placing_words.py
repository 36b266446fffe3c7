"""What a plan says in plain sentences: to staff, about each client and about the whole."""

from collections import Counter
from collections.abc import Sequence

from matcher.allocation.comparing import Comparison
from matcher.ranking.recommender import WITHHELD

_MOST_NAMED = 3


def placed(rank: int, eligible: int, loss: float, *, pinned: bool) -> str:
    """Return why a client has this place: the therapist is the client's ``rank``-th of ``eligible``, ``loss`` in SD."""
    if eligible == 1:
        where = "The only therapist within the limits"
    elif rank == 1:
        where = f"The highest expected benefit of {eligible} therapists within the limits"
    else:
        where = f"Number {rank} of {eligible} therapists within the limits, {_below(loss)} the best"
    if pinned:
        return f"Kept by hand. {where}."
    if rank == 1:
        return f"{where}."
    return f"{where}: the places ahead of it serve more people, or help more, elsewhere on the list."


def _below(loss: float) -> str:
    return f"{loss:.2f} SD below" if loss >= 0.005 else "less than 0.01 SD below"


def unplaced(why: str, said: str, eligible: int, places: int) -> str:
    """Return why a client has no place; ``said`` is what the slate says where nobody fits."""
    if why == "withheld":
        return f"{WITHHELD}."
    if why == "nobody_fits":
        told = said.replace(";", " ")
        return f"Nobody is within the limits. {told}" if told.startswith("If ") else f"{told}."
    if why == "ruled_out":
        return "Everyone within the limits was ruled out by hand."
    who = "one therapist" if eligible == 1 else f"{eligible} therapists"
    if not places:
        are = (
            "The one therapist within the limits is full" if eligible == 1 else f"All {who} within the limits are full"
        )
        return f"{are}. One more place {_there(eligible)} would bring in one more person."
    return (
        f"No place is left with the {who} within the limits ({places} in all). One more place "
        f"{_there(eligible)} would bring in one more person."
    )


def _there(eligible: int) -> str:
    return "there" if eligible == 1 else "with any of them"


def plan_sentences(
    found: Comparison, whys: Sequence[str], one_more: Sequence[tuple[str, bool, float]], gap: float
) -> tuple[str, ...]:
    """Return what the whole plan does; ``one_more`` holds therapist id, whether someone gets in, and the gain in SD.

    ``gap`` is how far from the best there is a long list's plan can be, in SD over everyone; 0 where it is the best.
    """
    return (_counts(found, Counter(whys)), *_against(found), *_interaction(found), *_more(one_more), *_gap(gap))


def _counts(found: Comparison, whys: Counter[str]) -> str:
    parts = [f"{found.placed} of {_count(found.clients, 'client')} placed"]
    for why, said in (
        ("withheld", "left out until a person has spoken with them about safety"),
        ("nobody_fits", "with nobody within the limits"),
        ("ruled_out", "for whom everyone was ruled out by hand"),
        ("no_place", "for whom the places ran out"),
    ):
        if whys[why]:
            parts.append(f"{whys[why]} {said}")
    return "; ".join(parts) + "."


def _against(found: Comparison) -> tuple[str, ...]:
    if not found.placed:
        return ()
    over = f", {_count(found.over_capacity, 'client')} over the caseloads" if found.over_capacity else ""
    return (
        f"Expected benefit in all {found.total:+.2f} SD, {found.total / found.placed:+.3f} a client. First come, first "
        f"served: {found.first_come_placed} placed, {found.first_come_total:+.2f} SD. Everyone with their own best: "
        f"{found.own_best_placed} placed, {found.own_best_total:+.2f} SD{over}.",
    )


def _interaction(found: Comparison) -> tuple[str, ...]:
    if found.interaction_share is None:
        return ()
    main = found.gain - found.gain_interaction
    parts = f"{_sd(found.gain_interaction)} from who sees whom, {_sd(main)} from whose places are used"
    filled = found.every_place_filled and found.placed == found.first_come_placed
    why = " Every place is filled either way, so only who sees whom can matter." if filled else ""
    same, others = found.gain_same_clients, found.gain - found.gain_same_clients
    whom = f" {_sd(same)} of it goes to clients placed either way; the rest comes from placing other people."
    others_too = whom if abs(others) >= 0.005 else ""
    return (f"Gain over first come, first served: {_sd(found.gain)}, of which {parts}.{why}{others_too}",)


def _sd(value: float) -> str:
    # Adding 0 turns minus nothing into nothing.
    return f"{round(value, 2) + 0.0:+.2f} SD"


def _more(one_more: Sequence[tuple[str, bool, float]]) -> tuple[str, ...]:
    serving = [name for name, serves, _ in one_more if serves]
    if serving:
        named = ", ".join(serving[:_MOST_NAMED])
        others = f" (or {len(serving) - _MOST_NAMED} others)" if len(serving) > _MOST_NAMED else ""
        return (f"One more place with {named}{others} would bring in one more client.",)
    gaining = [f"{name} ({gain:+.2f} SD)" for name, _, gain in one_more[:_MOST_NAMED] if gain >= 0.005]
    return (f"One more place would gain most with {', '.join(gaining)}.",) if gaining else ()


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _gap(gap: float) -> tuple[str, ...]:
    said = f"No other plan could have more than {gap:.4f} SD more benefit in all, over everyone placed."
    return (said,) if gap else ()

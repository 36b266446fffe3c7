"""One therapist as a card: plain HTML with headings and lists, every word from outside shown exactly as it is."""

from collections.abc import Sequence

from matcher.domain.recommendation import Recommendation, WishReceipt
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import PROFESSIONS
from matcher.ui import state
from matcher.ui import wording_language as wl
from matcher.ui import wording_matches as w
from matcher.ui.catalogue import ENGLISH, language_of
from matcher.ui.components import plain
from matcher.ui.language import say
from matcher.ui.practical import Asking, costs, first_opening, meets, rebated

STATUS = {"honoured": w.HONOURED, "not_honoured": w.NOT_HONOURED, "unknown": w.UNKNOWN}


def card(therapist: Therapist, recommendation: Recommendation, by: Asking) -> str:
    """Return the HTML of a card: who, how to meet, what fits, each wish, what to know, what to ask. Never a score.

    ``by`` is the client's own side: the cost after a Medicare rebate is shown only to who may use it.
    """
    parts = (
        f'<h2 lang="{ENGLISH.html}">{plain(therapist.name)}</h2>',
        _facts(therapist, by),
        _own_words(therapist.bio),
        _fits(recommendation),
        _receipt(recommendation.receipt),
        _listed(w.WORTH_KNOWING, recommendation.cautions),
        _listed(w.ASK, questions(therapist, recommendation, by)),
    )
    return f'<article class="person" aria-label="{plain(therapist.name)}">{"".join(parts)}</article>'


def questions(therapist: Therapist, recommendation: Recommendation, by: Asking) -> tuple[str, ...]:
    """Return what to ask in a first call: whatever is not known, whether or not it was wished for."""
    told = rebated(therapist, by)
    blank = {
        "max_fee": therapist.fee is None,
        "next_opening_by": therapist.next_opening is None,
        "rebate": told is not None and told.standing == "unknown" and therapist.fee is not None,
    }
    asked = [line.wish for line in recommendation.receipt if line.status == "unknown"]
    asked += [column for column, missing in blank.items() if missing]
    return tuple(w.QUESTIONS[column] for column in dict.fromkeys(asked) if column in w.QUESTIONS)


def fits_everything(recommendation: Recommendation) -> bool:
    """Tell whether somebody honours every wish of a client who stated at least one."""
    receipt = recommendation.receipt
    return bool(receipt) and all(line.status == "honoured" for line in receipt)


def wish_words(line: WishReceipt) -> str:
    """Return a wish as the client stated it, a must-have marked as one."""
    return say(w.MUST_HAVE, wish=line.label) if line.must_have else say(line.label)


def _facts(therapist: Therapist, by: Asking) -> str:
    ways = meets(therapist.formats)
    facts = (
        say(PROFESSIONS[therapist.profession]) if therapist.profession in PROFESSIONS else "",
        say(w.MEETS, ways=ways) if ways else "",
        *costs(therapist, by),
        first_opening(therapist, by),
    )
    return f'<ul class="facts">{"".join(f"<li>{plain(fact)}</li>" for fact in facts if fact)}</ul>'


def _own_words(bio: str | None) -> str:
    """Return a therapist's own words as they wrote them, marked as English for who reads another language."""
    if not bio:
        return ""
    lead = "" if language_of(state.language()) is ENGLISH else f"<p>{plain(say(wl.OWN_WORDS))}</p>"
    return f'{lead}<p lang="{ENGLISH.html}">{plain(bio)}</p>'


def _fits(recommendation: Recommendation) -> str:
    whole = f'<p class="whole">{plain(say(w.FITS_EVERYTHING))}</p>' if fits_everything(recommendation) else ""
    return whole + _listed(w.FITS, recommendation.reasons)


def _listed(title: str, sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{plain(say(sentence))}</li>" for sentence in sentences)
    return f"<h3>{plain(say(title))}</h3><ul>{items}</ul>"


def _receipt(receipt: Sequence[WishReceipt]) -> str:
    if not receipt:
        return ""
    items = "".join(
        f'<li class="{plain(line.status)}"><b>{plain(say(STATUS[line.status]))}</b>'
        f"<span>{plain(wish_words(line))}</span></li>"
        for line in receipt
    )
    return f'<h3>{plain(say(w.RECEIPT))}</h3><ul class="receipt">{items}</ul>'

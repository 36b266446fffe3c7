"""One therapist as a card: plain HTML with headings and lists, every word from outside shown exactly as it is."""

from collections.abc import Iterable, Sequence
from datetime import date

from matcher.domain.recommendation import Recommendation, WishReceipt
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import FORMATS, PROFESSIONS
from matcher.ui import wording_matches as w
from matcher.ui.components import plain

_STATUS = {"honoured": w.HONOURED, "not_honoured": w.NOT_HONOURED, "unknown": w.UNKNOWN}


def card(therapist: Therapist, recommendation: Recommendation) -> str:
    """Return the HTML of a card: who, how to meet, what fits, each wish, what to know, what to ask. Never a score."""
    parts = (
        f"<h2>{plain(therapist.name)}</h2>",
        _facts(therapist),
        f"<p>{plain(therapist.bio)}</p>" if therapist.bio else "",
        _listed(w.FITS, recommendation.reasons),
        _receipt(recommendation.receipt),
        _listed(w.WORTH_KNOWING, recommendation.cautions),
        _listed(w.ASK, _questions(therapist, recommendation)),
    )
    return f'<article class="person">{"".join(parts)}</article>'


def _questions(therapist: Therapist, recommendation: Recommendation) -> tuple[str, ...]:
    # What is not known becomes something to ask, whether or not it was wished for.
    blank = {
        "max_fee": therapist.fee is None,
        "next_opening_by": therapist.next_opening is None,
    }
    asked = [line.wish for line in recommendation.receipt if line.status == "unknown"]
    asked += [column for column, missing in blank.items() if missing]
    return tuple(w.QUESTIONS[column] for column in dict.fromkeys(asked) if column in w.QUESTIONS)


def _facts(therapist: Therapist) -> str:
    facts = (
        PROFESSIONS.get(therapist.profession or "", ""),
        _meets(therapist.formats),
        w.FEE_UNKNOWN if therapist.fee is None else w.FEE.format(fee=therapist.fee),
        _opening(therapist.next_opening, therapist.openings_confirmed_on),
    )
    return f'<ul class="facts">{"".join(f"<li>{plain(fact)}</li>" for fact in facts if fact)}</ul>'


def _meets(formats: Iterable[str]) -> str:
    words = [FORMATS.get(code, code.replace("_", " ")) for code in formats]
    return f"{w.MEETS} {_or(words)}" if words else ""


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {w.OR} {words[-1]}"


def _opening(opening: date | None, confirmed: date | None) -> str:
    if opening is None:
        return w.OPENING_UNKNOWN
    words = w.OPENING if confirmed is None else w.OPENING_CONFIRMED
    return words.format(date=_day(opening), confirmed="" if confirmed is None else _day(confirmed))


def _day(day: date) -> str:
    return f"{day.day} {w.MONTHS[day.month - 1]} {day.year}"


def _listed(title: str, sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{plain(sentence)}</li>" for sentence in sentences)
    return f"<h3>{plain(title)}</h3><ul>{items}</ul>"


def _receipt(receipt: Sequence[WishReceipt]) -> str:
    if not receipt:
        return ""
    items = "".join(
        f'<li class="{plain(line.status)}"><b>{plain(_STATUS[line.status])}</b>'
        f"<span>{plain(line.label)}{plain(w.MUST_HAVE) if line.must_have else ''}</span></li>"
        for line in receipt
    )
    return f'<h3>{plain(w.RECEIPT)}</h3><ul class="receipt">{items}</ul>'

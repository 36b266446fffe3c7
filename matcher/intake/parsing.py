"""Intake answers in, one ``Client`` out, or one error that lists everything that has to be mended."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from matcher.domain.client import Client
from matcher.domain.vocabulary import GENDERS
from matcher.intake import questionnaire as q
from matcher.intake.life_questions import PAST_STYLES
from matcher.intake.reading import LONGEST_TEXT, Answers, AnswersError, Problem, Reader

__all__ = [
    "LONGEST_TEXT",
    "AnswersError",
    "Problem",
    "left_to_staff",
    "other_than_english",
    "parse_answers",
    "past_styles",
    "risk_raised",
    "why_raised",
]

#: Choosing this concern is itself a safety answer: a person talks with the client before a list is shown.
RISK_CONCERNS: frozenset[str] = frozenset({"self_harm"})
_MUST_HAVE: dict[str, str] = {
    "therapist_gender": "therapist_gender",
    "languages": "languages",
    "modalities": "modalities",
    "times": "availability",
    "soon": "next_opening_by",
}


def risk_raised(answers: Answers, flags: Sequence[str] = ()) -> bool:
    """Tell whether anything in the answers means that a person comes before a list of therapists.

    ``person_first`` stays in the answers once something was raised: taking an answer back does not undo it.
    """
    return bool(why_raised(answers, flags)) or answers.get("person_first") is True


def why_raised(answers: Answers, flags: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what was raised, as codes: the flags of the words, ``safety_answer``, and concerns that are a risk."""
    chosen = answers.get("concerns")
    picked = [code for code in chosen if isinstance(code, str)] if isinstance(chosen, (list, tuple)) else []
    asked = ("safety_answer",) if answers.get("safety") == "yes" else ()
    return (*flags, *asked, *(code for code in dict.fromkeys(picked) if code in RISK_CONCERNS))


def parse_answers(
    answers: Answers,
    *,
    client_id: str,
    today: date,
    enquired_at: datetime | None = None,
    flags: Sequence[str] = (),
    unfinished: bool = False,
) -> Client:
    """Turn the answers to the questionnaire into a client; questions left out are wishes not made.

    An ``unfinished`` intake may name no concern yet: somebody who raised a danger is not asked for one first.

    Raises
    ------
    AnswersError
        If an answer is not one the questionnaire offers, or no concern is chosen.
    """
    reader = Reader(answers)
    concerns = reader.concerns(needed=not unfinished)
    style = past_styles(answers) | _styles(reader)
    wishes = {question.code: reader.wish(question) for question in (q.GENDER, q.LANGUAGES, q.APPROACH)}
    times, soon = reader.wish(q.TIMES), reader.one(q.SOON)
    if soon is not None and reader.weight("soon") == "none":
        soon = None
    days = q.SOON_DAYS.get(soon or "")
    dated = (q.SOON.code,) if days is not None else ()
    identities, identities_must = _communities(reader)
    must_have = _must_have(reader, {**wishes, "times": times, "soon": dated})
    gender = reader.one(q.OWN_GENDER)
    safe = False if reader.one(q.SAFETY) == "no" else None
    client = Client(
        client_id=client_id,
        concerns=concerns,
        enquired_at=enquired_at,
        age=q.AGES.get(reader.one(q.AGE) or ""),
        gender=gender if gender in GENDERS else None,
        about=reader.text(q.ABOUT),
        directiveness=style.get("directiveness"),
        emotional_intensity=style.get("emotional_intensity"),
        past_focus=style.get("past_focus"),
        challenge=style.get("challenge"),
        therapist_gender=wishes["therapist_gender"],
        modalities=wishes["modalities"],
        identities=identities,
        languages=_spoken(wishes["languages"], reader.weight("languages")),
        formats=reader.many(q.FORMAT),
        max_fee=reader.fee(),
        funding=reader.many(q.PAYING),
        availability=tuple(code for part in times for code in q.TIME_CODES.get(part, ())),
        next_opening_by=None if days is None else today + timedelta(days=days),
        must_have=(*must_have, *identities_must),
        exclude_therapists=reader.many(q.AVOID),
        risk_raised=True if risk_raised(answers, flags) else safe,
    )
    if reader.problems:
        raise AnswersError(reader.problems)
    return client


def past_styles(answers: Answers) -> dict[str, float]:
    """Return the ways of working that what helped before, or did not, speaks for: only where the client says so.

    Something that helped counts one way and something that did not the other; where the two cancel, nothing is said.
    """
    if answers.get("past_use") != "yes" or answers.get("past_therapy") != "yes":
        return {}
    sums: dict[str, int] = {}
    for code, sign in ((q.PAST_HELPED.code, 1), (q.PAST_DID_NOT.code, -1)):
        chosen = answers.get(code)
        for way in chosen if isinstance(chosen, (list, tuple)) else ():
            if isinstance(way, str) and way in PAST_STYLES:
                style, end = PAST_STYLES[way]
                sums[style] = sums.get(style, 0) + sign * end
    return {style: q.PAST_STYLE_LEVEL * (1 if total > 0 else -1) for style, total in sums.items() if total}


def _styles(reader: Reader) -> dict[str, float | None]:
    # "Either is fine" is an answer too: it overrules what the past would have suggested.
    answered = {question.code: reader.one(question) for question in q.STYLE}
    return {code: q.STYLE_LEVELS.get(answer) for code, answer in answered.items() if answer is not None}


def _communities(reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the communities wished for, and whether they are a must.

    The matching knows one weight for all of them. So that a must is kept exactly, it is then the only wish here; what
    would merely be nice goes to the staff with the other answers, as the page says.
    """
    wished = _wished_communities(reader)
    must = [code for name, codes in wished.items() if reader.weight(name) == "must" for code in codes]
    if must:
        return tuple(dict.fromkeys(must)), ("identities",)
    trained = ("aboriginal_torres_strait_islander",) if "trained" in reader.many(q.CULTURAL_SAFETY) else ()
    return tuple(dict.fromkeys((*(code for codes in wished.values() for code in codes), *trained))), ()


def _wished_communities(reader: Reader) -> dict[str, tuple[str, ...]]:
    return {question.code: reader.wish(question) for question in q.COMMUNITIES}


def left_to_staff(answers: Answers) -> tuple[str, ...]:
    """Return the communities wished for as merely nice, which the matching leaves to staff where another is a must."""
    reader = Reader(answers)
    matched, must = _communities(reader)
    nice = (code for codes in _wished_communities(reader).values() for code in codes if code not in matched)
    return tuple(dict.fromkeys(nice)) if must else ()


def other_than_english(client: Client) -> tuple[str, ...]:
    """Return the languages a client wishes for where English is fine as well; none where it is not, or is the wish."""
    open_to_english = "english" in client.languages and "languages" not in client.must_have
    return tuple(code for code in client.languages if code != "english") if open_to_english else ()


def _spoken(languages: tuple[str, ...], weight: str | None) -> tuple[str, ...]:
    # A shared language is always a hard limit, so a mere wish must leave English open as well: what is then wished
    # for, apart from that, is `ClientTable.wished`.
    if not languages or weight == "must" or "english" in languages:
        return languages
    return (*languages, "english")


def _must_have(reader: Reader, wished: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(column for code, column in _MUST_HAVE.items() if wished.get(code) and reader.weight(code) == "must")

"""Words in a client's text that a person must look at now, by the rules in ``data/reference/safety_phrases.csv``.

A flag is a reason to call somebody's attention, never a measure of risk: there is no level and no score, and no flag is
no all-clear. When in doubt a text is flagged; what is clearly denied ("I am not suicidal"), an idiom ("dying to meet
you") or about somebody who has died is not.
"""

import re
from collections.abc import Sequence
from functools import cache

from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import SAFETY_FLAGS
from matcher.intake.language import cannot_be_read
from matcher.intake.phrases import NEGATORS, Hit, PhraseBook, denied, word_lists
from matcher.intake.words import Words, clean, split_words

# "I don't want to die today" or "not suicidal any more" leaves the door open: a person should look.
_HALF_DENIED = frozenset(word_lists()["half_denied"])
_MENDED_FROM = 6
_YOUNG = re.compile(
    r"\b(?:i'?m|i am|im|aged?)\s+(?:only\s+|just\s+|a\s+)?(?:[5-9]|1[0-7])\b"
    r"(?!\s*(?:weeks?|months?|st|nd|rd|th|%|:))"
)
_YOUNG_WHY = "Speaks of abuse and says they are under 18"


@cache
def _rules() -> tuple[dict[str, str], ...]:
    return reference_rows("safety_phrases")


@cache
def _book() -> PhraseBook:
    real_words = word_lists()["real_words"]
    return PhraseBook([rule["pattern"] for rule in _rules()], str, real_words, shortest=_MENDED_FROM)


def why_flagged(text: str) -> list[tuple[str, str, str]]:
    """Return ``(flag, words matched, plain reason)`` for all that raises a flag, in the order of the flags.

    The words are as read (lower case, contractions joined), each reason once for the first words that gave it.
    """
    words = split_words(text)
    rules = _rules()
    hits = _book().find(words)
    innocent = [hit for hit in hits if rules[hit.row]["kind"] == "innocent"]
    reasons: dict[tuple[str, str], str] = {}
    for hit in hits:
        rule = rules[hit.row]
        if rule["kind"] != "innocent" and _stands(hit, words, innocent):
            reasons.setdefault((rule["flag"], rule["why"]), " ".join(words.tokens[hit.start : hit.end]))
    young = _YOUNG.search(text[:60_000].lower().replace("’", "'"))
    if young and any(flag == "abuse" for flag, _ in reasons):
        reasons.setdefault(("child_safety", _YOUNG_WHY), young.group())
    for flag, matched, why in _unmistakable(text):
        reasons.setdefault((flag, why), matched)
    ordered = sorted(reasons.items(), key=lambda item: SAFETY_FLAGS.index(item[0][0]))
    return [(flag, matched, why) for (flag, why), matched in ordered]


def safety_flags(texts: Sequence[str] | str) -> list[list[str]]:
    """Return for each text the flags it raises, in the order of ``SAFETY_FLAGS``; an empty list where none.

    Parameters
    ----------
    texts
        One text or several. One text gives a list of one.

    Returns
    -------
    list
        Lists drawn from suicide, self_harm, harm_to_others, abuse, child_safety and urgent_health. An empty list does
        not say that all is well: only English is read, besides a few unmistakable words of other languages in
        ``data/reference/safety_words.csv``, and people say such things in words no table holds.
    """
    texts = [texts] if isinstance(texts, str) else texts
    return [list(dict.fromkeys(flag for flag, _, _ in why_flagged(text))) for text in texts]


def needs_reading(text: str) -> bool:
    """Return whether a text says something that the rules cannot read, so that a person has to read it first.

    True for words in another language, and for marks without any word ("..." or a face); False for a blank answer.
    """
    return bool(text.strip()) and cannot_be_read(split_words(text))


def _unmistakable(text: str) -> list[tuple[str, str, str]]:
    """Return ``(flag, words, reason)`` for words of danger in languages whose sentences we cannot read.

    Nothing denies them here: a person reads all such texts, and these are to be read first.
    """
    if text.isascii():
        return []
    said = clean(text)
    return [(row["flag"], row["text"], row["why"]) for row in reference_rows("safety_words") if row["text"] in said]


def _stands(hit: Hit, words: Words, innocent: list[Hit]) -> bool:
    """Return whether a sign counts: not within words known to be innocent, and not denied."""
    rule = _rules()[hit.row]
    for other in innocent:
        if _rules()[other.row]["flag"] == rule["flag"] and other.start < hit.end and hit.start < other.end:
            return False
    return rule["kind"] == "always" or not _denied(hit, words)


def _denied(hit: Hit, words: Words) -> bool:
    after = range(hit.end, min(hit.end + 3, len(words.tokens)))
    if any(words.tokens[at] in _HALF_DENIED and words.clauses[at] == words.clauses[hit.end - 1] for at in after):
        return False
    return denied(hit, words) or _denied_inside(hit, words)


def _denied_inside(hit: Hit, words: Words) -> bool:
    """Return whether a gap in the sign took in a denial: "thoughts, never about dying"."""
    inside = words.tokens[hit.start + 1 : hit.end - 1]
    return bool(NEGATORS & set(inside)) and not (NEGATORS & set(_book_words(hit)))


def _book_words(hit: Hit) -> frozenset[str]:
    parts = _book().phrases[hit.row].parts
    return frozenset().union(*(part for part in parts if not isinstance(part, int)))

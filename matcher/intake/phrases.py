"""A small readable language for phrases, and finding them in words.

``kill|end`` either word; ``suicid*`` any word that begins so; ``really?`` may be left out; ``..`` up to two words
between and ``...`` up to five, within one sentence; ``{partner}`` any word of that list in
``data/reference/word_lists.csv``; ``a|b & c`` both within a dozen words of each other in one sentence, in any order
(the first can be denied).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from matcher.domain.reference import reference_rows
from matcher.intake.typos import Speller
from matcher.intake.words import Words, split_words


@cache
def word_lists() -> dict[str, tuple[str, ...]]:
    """Return the named word lists of ``data/reference/word_lists.csv``."""
    return {row["name"]: tuple(row["words"].split()) for row in reference_rows("word_lists")}


_GAPS = {"..": 2, "...": 5}

# Words that leave a denial standing between "not" and what is denied: "I do not really have any problem with ...".
_CARRIERS = frozenset(word_lists()["carriers"])
NEGATORS = frozenset(word_lists()["negators"])
# "don't know if", "not sure", "not only", "can't stop": a negative word that denies nothing that follows.
_DENIES_NOTHING = frozenset(word_lists()["denies_nothing"])
_TROUBLES = frozenset({"problem", "problems", "issue", "issues", "trouble"})
_FARTHEST_DENIAL = 9
_NEAR = 12


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a table: its parts in order, and the row it came from."""

    parts: tuple[frozenset[str] | int, ...]
    optional: frozenset[int]
    row: int
    any_order: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in the words from ``start`` up to but not including ``end``."""

    row: int
    start: int
    end: int


def compile_phrase(text: str, row: int, bare: Callable[[str], str]) -> Phrase:
    """Return a phrase ready to be looked for; ``bare`` brings each word to the form the text's words will have.

    Raises
    ------
    ValueError
        If the phrase is empty, begins or ends with a gap or an optional word, or names an unknown list.
    """
    parts: list[frozenset[str] | int] = []
    optional: set[int] = set()
    if " & " in text:
        if any(len(each.split()) != 1 for each in text.split(" & ")):
            raise ValueError(f"the phrase {text!r} must have one word, or a choice of words, on each side of '&'")
        return Phrase(tuple(frozenset(_alternatives(each, bare)) for each in text.split(" & ")), frozenset(), row, True)
    for piece in text.split():
        if piece in _GAPS:
            parts.append(_GAPS[piece])
            continue
        if piece.endswith("?"):
            optional.add(len(parts))
        parts.append(frozenset(_alternatives(piece.rstrip("?"), bare)))
    if not parts or {0, len(parts) - 1} & optional or isinstance(parts[0], int) or isinstance(parts[-1], int):
        raise ValueError(f"the phrase {text!r} must begin and end with a word that is needed")
    return Phrase(tuple(parts), frozenset(optional), row)


def _alternatives(piece: str, bare: Callable[[str], str]) -> Iterator[str]:
    for word in piece.split("|"):
        if word.startswith("{"):
            if word.strip("{}") not in word_lists():
                raise ValueError(f"there is no word list called {word}")
            yield from (bare(each) for each in word_lists()[word.strip("{}")])
        elif word.endswith("*"):
            yield word
        else:
            yield from (bare(each) for each in _first_token(word))


@cache
def _first_token(word: str) -> tuple[str, ...]:
    # "wanna" is read as "want to": its first word stands for it, else every "to" would be taken for it.
    return tuple(split_words(word).tokens[:1])


class PhraseBook:
    """Phrases indexed by their first word, with a speller for words of the text that no phrase knows."""

    def __init__(
        self, texts: Sequence[str], bare: Callable[[str], str], known: Sequence[str] = (), shortest: int = 7
    ) -> None:
        self.bare = bare
        self.phrases = [compile_phrase(text, row, bare) for row, text in enumerate(texts)]
        self._needed = [_needed_words(phrase) for phrase in self.phrases]
        self._index: dict[str, list[Phrase]] = defaultdict(list)
        words: set[str] = set()
        prefixes: set[str] = set()
        for phrase in self.phrases:
            for symbol in _words_of(phrase.parts[0]):
                self._index[symbol].append(phrase)
            for part in phrase.parts:
                for symbol in _words_of(part):
                    (prefixes if symbol.endswith("*") else words).add(symbol)
        self._prefixes = sorted(prefixes)
        self._speller = Speller(words, {bare(word) for word in known}, shortest)
        self._symbols: dict[str, frozenset[str]] = {}

    def read(self, words: Words) -> list[frozenset[str]]:
        """Return for each word all the ways the phrases may call it: its bare form, mended spelling, beginnings."""
        return [self._symbols_of(token) for token in words.tokens]

    def _symbols_of(self, token: str) -> frozenset[str]:
        symbols = self._symbols.get(token)
        if symbols is None:
            bare = self._speller.mend(self.bare(token))
            starts = (prefix for prefix in self._prefixes if bare.startswith(prefix[:-1]))
            symbols = frozenset((bare, *starts))
            if len(self._symbols) < 100_000:
                self._symbols[token] = symbols
        return symbols

    def find(self, words: Words) -> list[Hit]:
        """Return every place where a phrase stands, in the order of the text; at most one hit a phrase and start."""
        read = self.read(words)
        stops = _sentence_ends(words)
        spoken = frozenset().union(*read)
        possible: dict[str, list[Phrase]] = {}
        hits = []
        for start, symbols in enumerate(read):
            for symbol in symbols:
                if symbol not in possible:
                    known = self._index.get(symbol, ())
                    possible[symbol] = [each for each in known if _all_spoken(self._needed[each.row], spoken)]
                for phrase in possible[symbol]:
                    end = _end_of(phrase, start, read, words, stops[start])
                    if end is not None:
                        hits.append(Hit(phrase.row, start, end))
        return sorted(set(hits), key=lambda hit: (hit.start, hit.end, hit.row))


def _sentence_ends(words: Words) -> list[int]:
    stops, stop = [0] * len(words.tokens), len(words.tokens)
    for at in range(len(words.tokens) - 1, -1, -1):
        if at + 1 < len(words.tokens) and words.sentences[at] != words.sentences[at + 1]:
            stop = at + 1
        stops[at] = stop
    return stops


def _words_of(part: frozenset[str] | int) -> frozenset[str]:
    return frozenset() if isinstance(part, int) else part


def _needed_words(phrase: Phrase) -> tuple[frozenset[str], ...]:
    """Return the parts without which the phrase cannot stand, those of fewest words first: they rule out soonest."""
    needed = (part for at, part in enumerate(phrase.parts[1:], 1) if at not in phrase.optional)
    return tuple(sorted((part for part in needed if not isinstance(part, int)), key=len))


def _all_spoken(needed: tuple[frozenset[str], ...], spoken: frozenset[str]) -> bool:
    """Return whether the text holds every word the phrase needs: most phrases need look no further."""
    for part in needed:  # noqa: SIM110 - a plain loop takes half the time of all(), and this is most of the time
        if part.isdisjoint(spoken):
            return False
    return True


def _end_of(phrase: Phrase, start: int, read: list[frozenset[str]], words: Words, stop: int) -> int | None:
    if not phrase.any_order:
        return _match(phrase, 1, start + 1, read, stop)
    near = [
        read[at]
        for at in range(max(0, start - _NEAR), min(stop, start + _NEAR + 1))
        if at != start and words.sentences[at] == words.sentences[start]
    ]
    return start + 1 if all(any(_words_of(part) & each for each in near) for part in phrase.parts[1:]) else None


def _match(phrase: Phrase, part: int, at: int, read: list[frozenset[str]], stop: int) -> int | None:
    """Return where the phrase ends when its parts from ``part`` on fit the words from ``at`` on, or None."""
    if part == len(phrase.parts):
        return at
    wanted = phrase.parts[part]
    if isinstance(wanted, int):
        ends = (_match(phrase, part + 1, at + gap, read, stop) for gap in range(wanted + 1))
        return next((end for end in ends if end is not None), None)
    if at < stop and not wanted.isdisjoint(read[at]):
        end = _match(phrase, part + 1, at + 1, read, stop)
        if end is not None:
            return end
    return _match(phrase, part + 1, at, read, stop) if part in phrase.optional else None


def denied(hit: Hit, words: Words, *, plainly: bool = False) -> bool:
    """Return whether a negative word just before a hit denies it ("I do not have any ..."), within the same clause.

    ``plainly`` asks for the denial of a problem ("no trouble with my family"), for words whose lack is itself a concern
    ("no friends", "not confident").
    """
    at, steps, trouble = hit.start - 1, 0, not plainly
    while at >= 0 and steps < _FARTHEST_DENIAL and words.clauses[at] == words.clauses[hit.start]:
        word = words.tokens[at]
        if word in NEGATORS:
            return trouble and not _asks_or_doubles(at, words)
        if word in {"or", "nor"}:
            return trouble and _list_denied(at, words)
        if word not in _CARRIERS:
            return False
        trouble = trouble or word in _TROUBLES
        at, steps = at - 1, steps + 1
    return False


def _asks_or_doubles(at: int, words: Words) -> bool:
    """Two negatives make no denial ("I can't say I'm not ..."), nor does "why don't I", nor "not only".

    "No thoughts and no plans" is one denial after another, not a denial denied.
    """
    clause = words.clauses[at]
    before = [words.tokens[i] for i in range(max(0, at - 4), at) if words.clauses[i] == clause]
    after = words.tokens[at + 1] if at + 1 < len(words.tokens) else ""
    listed = bool(before) and before[-1] in {"and", "or", "nor"}
    return (
        (bool(NEGATORS & set(before)) and not listed) or "why" in before or "if" in before or after in _DENIES_NOTHING
    )


def _list_denied(at: int, words: Words) -> bool:
    """Look behind "or" for the "not" that governs the whole list ("no anxiety or depression")."""
    for back in range(at - 1, max(-1, at - 7), -1):
        if words.clauses[back] != words.clauses[at]:
            return False
        if words.tokens[back] in NEGATORS:
            after = words.tokens[back + 1]
            return not _asks_or_doubles(back, words) and after not in _DENIES_NOTHING
    return False

"""Whether a text is English enough to be read by rules written for English."""

from functools import cache

from matcher.domain.reference import reference_rows
from matcher.intake.phrases import word_lists
from matcher.intake.words import Words, split_words

# The commonest little words of each language; a word that is common in English too is left out of the others.
_ENGLISH = frozenset(word_lists()["little_english"])
_OTHERS = [
    frozenset(words) for name, words in word_lists().items() if name.startswith("little_") and name != "little_english"
]
_FOREIGN = frozenset().union(*_OTHERS)
_SHORT = 12


@cache
def _words_we_read() -> frozenset[str]:
    tables = (("concern_phrases", "text"), ("safety_phrases", "pattern"), ("word_lists", "words"))
    cells = (row[column] for table, column in tables for row in reference_rows(table) if "little_" not in str(row))
    known = {token for cell in cells for token in split_words(cell.replace("|", " ")).tokens}
    return frozenset(known | _ENGLISH) - _FOREIGN


def cannot_be_read(words: Words) -> bool:
    """Return whether nothing can be told from the words: another language, or few words of which none is known."""
    if not is_english(words):
        return True
    return len(words.tokens) < _SHORT and _words_we_read().isdisjoint(words.tokens)


def is_english(words: Words) -> bool:
    """Return whether the words may be read as English: a text with too little to tell counts as English."""
    tokens = words.tokens[:400]
    latin = sum(token.isascii() for token in tokens)
    if latin * 2 <= len(tokens):
        return False
    english = sum(token in _ENGLISH for token in tokens)
    foreign = max(sum(token in little for token in tokens) for little in _OTHERS)
    if foreign > english:
        return False
    return len(tokens) < _SHORT or english * 12 >= len(tokens)

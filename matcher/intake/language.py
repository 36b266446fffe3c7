"""Whether a text is English enough to be read by rules written for English."""

from matcher.intake.phrases import word_lists
from matcher.intake.words import Words

# The commonest little words of each language; a word that is common in English too is left out of the others.
_ENGLISH = frozenset(word_lists()["little_english"])
_OTHERS = [
    frozenset(words) for name, words in word_lists().items() if name.startswith("little_") and name != "little_english"
]


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
    return len(tokens) < 12 or english * 12 >= len(tokens)

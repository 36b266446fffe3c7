"""Mending a slip of the finger towards the few words the phrase tables know."""

from collections.abc import Iterable, Iterator

# Shorter words have too many innocent neighbours one letter away.
SHORTEST = 7


class Speller:
    """Maps a word one slip away from a known word to that word, and leaves every other word as it is.

    A slip is one letter left out, added, changed or swapped with its neighbour, never the first letter (save a swap).
    """

    def __init__(self, vocabulary: Iterable[str], also_known: Iterable[str] = (), shortest: int = SHORTEST) -> None:
        self._shortest = shortest
        words = sorted(word for word in vocabulary if word.isascii())
        self._known = frozenset(words) | frozenset(also_known)
        self._near: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= shortest:
                for form in {word, *_shortened(word)}:
                    self._near.setdefault(form, []).append(word)

    def mend(self, word: str) -> str:
        """Return the nearest known word one slip away, else the word itself."""
        if word in self._known or not self._shortest - 1 <= len(word) <= 24 or not (word.isascii() and word.isalpha()):
            return word
        nearest = {
            each for form in (word, *_shortened(word)) for each in self._near.get(form, ()) if one_slip(word, each)
        }
        return min(nearest, key=lambda each: (abs(len(each) - len(word)), each)) if nearest else word


def _shortened(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def one_slip(written: str, meant: str) -> bool:
    """Return whether two different words are one slip apart: a letter more, less, other, or two neighbours swapped."""
    if written == meant:
        return False
    if len(written) == len(meant):
        wrong = [at for at, (one, other) in enumerate(zip(written, meant, strict=True)) if one != other]
        if len(wrong) == 1:
            return wrong[0] > 0
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return swapped and written[wrong[0]] == meant[wrong[1]] and written[wrong[1]] == meant[wrong[0]]
    short, long = sorted((written, meant), key=len)
    return len(long) - len(short) == 1 and any(form == short for form in list(_shortened(long))[1:])

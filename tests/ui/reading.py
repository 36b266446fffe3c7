"""How hard a text is to read: the Flesch-Kincaid grade, a United States school grade; add five or six for an age.

Grade = 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid, Fishburne, Rogers and Chissom, 1975,
"Derivation of new readability formulas for Navy enlisted personnel", Research Branch Report 8-75). Syllables are
counted by rule: groups of vowels, less a silent e, with the few words of ours the rule gets wrong written out.
"""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.IGNORECASE)
_END = re.compile(r"[.!?:](?:\s|$|\*|\")")
_KNOWN = {
    "area": 3, "being": 2, "create": 2, "diary": 3, "doing": 2, "going": 2, "idea": 3, "medicare": 3, "someone": 2,
    "something": 2, "sometimes": 2, "somewhere": 2, "therapist": 3, "therapists": 3, "trying": 2, "workers": 2,
}  # fmt: skip


def sentences(text: str) -> list[str]:
    """Return a text's sentences without markup; a label is one, and what will be filled in counts as one short word."""
    bare = re.sub(r"\{[^}]*\}", "it", re.sub(r"[*_]{1,2}", "", text))
    return [part for part in _END.split(bare) if _WORD.search(part)]


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """Return about how many syllables a word has."""
    low = re.sub(r"n['’]t$", "net", word.lower()) if re.search(r"[sd]n['’]t$", word.lower()) else word.lower()
    low = re.sub(r"['’]s?", "", low)
    if low in _KNOWN:
        return _KNOWN[low]
    count = len(re.findall(r"[aeiouy]+", low))
    if re.search(r"[^laeiouy]e$|[^aeiouytd]ed$|[^aeiouyscxzg]es$|[aeiouy]le$", low):
        count -= 1
    count += len(re.findall(r"i[ao](?!u)|[aeiou]ing$", low)) - len(re.findall(r"[tscg]i[ao]", low))
    count += len(re.findall(r"(?<![tcfs])ie[nt]", low)) - len(re.findall(r"frien", low))
    return max(1, count)


def running(texts: Iterable[str], least: int = 5) -> list[str]:
    """Return the sentences of texts that have at least so many words: short labels would flatter the whole."""
    said = [sentence for text in texts for sentence in sentences(text)]
    return [sentence for sentence in said if len(words(sentence)) >= least]


def grade(said: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences read as one text."""
    read = [word for sentence in said for word in words(sentence)]
    return 0.39 * len(read) / len(said) + 11.8 * sum(map(syllables, read)) / len(read) - 15.59

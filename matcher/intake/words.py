"""Turning free text into plain words: one spelling, contractions joined, sentences and clauses kept apart."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Nobody reads further than this at intake, and the time spent must not depend on what somebody pastes in.
LONGEST_TEXT = 60_000

_TAGS = re.compile(r"<(script|style)\b[^<]{0,5000}</\1\s*>|</?[a-z][^<>]{0,300}>", re.IGNORECASE)
_PIECES = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?\n…]+|[,;:()–—]|-{2,}| - ")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'"})

# Two words people write either apart or as one, brought to the one form the phrase tables use.
_JOINED: dict[tuple[str, str], str] = {
    **{
        (verb, "not"): f"{verb}nt"
        for verb in ("do", "does", "did", "is", "are", "was", "were", "have", "has", "had", "would", "could", "should")
    },
    ("can", "not"): "cant",
    ("will", "not"): "wont",
    ("i", "am"): "im",
    ("i", "have"): "ive",
    ("he", "is"): "hes",
    ("she", "is"): "shes",
    ("they", "are"): "theyre",
    ("any", "more"): "anymore",
    ("my", "self"): "myself",
    ("him", "self"): "himself",
    ("her", "self"): "herself",
    ("step", "dad"): "stepdad",
    ("step", "mom"): "stepmom",
    ("step", "father"): "stepfather",
    ("step", "mother"): "stepmother",
    ("step", "son"): "stepson",
    ("step", "daughter"): "stepdaughter",
    ("step", "child"): "stepchild",
    ("step", "children"): "stepchildren",
    ("new", "born"): "newborn",
    ("break", "up"): "breakup",
    ("broke", "up"): "brokeup",
    ("breaking", "up"): "breakingup",
    ("over", "dose"): "overdose",
    ("over", "dosed"): "overdosed",
    ("un", "alive"): "unalive",
    ("post", "traumatic"): "posttraumatic",
    ("co", "worker"): "coworker",
    ("co", "workers"): "coworkers",
}

# Spoken and short forms, written out; the value is what the phrase tables use.
_SPOKEN: dict[str, tuple[str, ...]] = {
    "wanna": ("want", "to"),
    "gonna": ("going", "to"),
    "gotta": ("got", "to"),
    "tryna": ("trying", "to"),
    "imma": ("im", "going", "to"),
    "ima": ("im", "going", "to"),
    "cannot": ("cant",),
    "cnt": ("cant",),
    "dnt": ("dont",),
    "dunno": ("dont", "know"),
    "idk": ("i", "dont", "know"),
    "u": ("you",),
    "we're": ("we", "are"),
    "ur": ("your",),
    "ppl": ("people",),
    "bf": ("boyfriend",),
    "gf": ("girlfriend",),
    "hubby": ("husband",),
    "mum": ("mom",),
    "mums": ("moms",),
    "mam": ("mom",),
    "mummy": ("mom",),
    "mommy": ("mom",),
    "daddy": ("dad",),
    "bc": ("because",),
    "cuz": ("because",),
    "thru": ("through",),
    "rly": ("really",),
    "myslf": ("myself",),
    "meself": ("myself",),
    "mysel": ("myself",),
    "tho": ("though",),
    "fiancé": ("fiance",),
    "fiancée": ("fiance",),
    "fiancee": ("fiance",),
    "kil": ("kill",),
    "kll": ("kill",),
    "kiling": ("killing",),
    "dei": ("die",),
    "sucide": ("suicide",),
    "myslef": ("myself",),
    "themself": ("themselves",),
    "suacide": ("suicide",),
}

# A comma or one of these words ends the reach of "not".
CLAUSE_WORDS = frozenset({"but", "however", "although", "though", "yet", "except", "because", "until", "unless"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text, in order, each with the number of its sentence and of its clause."""

    tokens: tuple[str, ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]


def clean(text: str) -> str:
    """Return the text in lower case with tags, hidden marks and curly quotes made plain, cut at 60,000 characters."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).translate(_QUOTES)
    text = _TAGS.sub(" . ", _HIDDEN.sub("", text))
    return _STRETCHED.sub(r"\1\1", text.lower())


def split_words(text: str) -> Words:
    """Return the words of a text with contractions joined ("do not" and "don't" are both ``dont``)."""
    tokens: list[str] = []
    sentences: list[int] = []
    clauses: list[int] = []
    sentence = clause = 0
    for match in _PIECES.finditer(clean(text)):
        piece = match.group()
        if not piece[0].isalnum():
            clause += 1
            sentence += piece[0] in ".!?\n…"
            continue
        for word in _spoken(piece):
            clause += word in CLAUSE_WORDS
            joined = _JOINED.get((tokens[-1], word)) if tokens and clauses[-1] == clause else None
            if joined is not None:
                tokens[-1] = joined
                continue
            tokens.append(word)
            sentences.append(sentence)
            clauses.append(clause)
    return Words(tuple(tokens), tuple(sentences), tuple(clauses))


def _spoken(piece: str) -> tuple[str, ...]:
    """Write out one piece: "she'll" is two words and never "shell"."""
    if piece in _SPOKEN:
        return _SPOKEN[piece]
    for ending, word in (("'ll", "will"), ("'d", "would")):
        if piece.endswith(ending):
            return (piece.removesuffix(ending).replace("'", ""), word)
    return (piece.replace("'", ""),)


_IRREGULAR: dict[str, str] = {
    "slept": "sleep",
    "fought": "fight",
    "drank": "drink",
    "drunk": "drink",
    "felt": "feel",
    "ate": "eat",
    "eaten": "eat",
    "lied": "lie",
    "lying": "lie",
    "left": "leave",
    "wives": "wife",
    "kids": "kid",
    "children": "child",
    "childs": "child",
    "women": "woman",
    "men": "man",
    "lost": "lose",
    "loss": "loss",
    "scars": "scars",
    "scar": "scars",
    "losses": "loss",
    "made": "make",
    "makes": "make",
    "morning": "morning",
    "hurting": "hurt",
    "cutting": "cut",
    "getting": "get",
    "got": "get",
    "went": "go",
    "gone": "go",
    "married": "marri",
    "brokeup": "breakup",
    "breakingup": "breakup",
    "broken": "broke",
    "died": "die",
    "dying": "die",
    "dead": "dead",
    "thing": "thing",
    "nothing": "nothing",
    "something": "something",
    "everything": "everything",
    "anything": "anything",
    "wedding": "wedding",
    "news": "news",
    "being": "being",
    "pass": "pass",
    "past": "past",
}
_BRITISH_OUR = re.compile(r"(behavi|col|fav|lab|hum|neighb|hon|rum|tum|vig|flav)our")
_DOUBLED = re.compile(r"([bdfgklmnprstz])\1$")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the bare form of a word ("worries" -> ``worri``), the same for British and American spelling."""
    meant = _IRREGULAR.get(word, word)
    if meant != word:
        return stem(meant)
    if len(word) <= 3 or not word.isascii() or word in _IRREGULAR:
        return word
    if len(word) >= 6:
        word = _BRITISH_OUR.sub(r"\1or", word).replace("paed", "ped")
        word = re.sub(r"is(e|ed|es|ing|ation|ations)$", r"iz\1", word).replace("ysed", "yzed").replace("ysing", "yzing")
    if word.endswith(("ies", "ied")):
        word = word[:-2]
    elif word.endswith("ing") and len(word) >= 6:
        word = word[:-3]
    elif word.endswith("ed") and len(word) >= 5 and not word.endswith("eed"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    word = _DOUBLED.sub(r"\1", word)
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word

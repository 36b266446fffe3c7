"""Which concerns a client's own words speak of: phrases from a table, and likeness to plain descriptions.

Nothing here is learned from anybody's text. A cue counts unless the client denies it, a concern lends part of its score
to its neighbours (panic to worry, a break-up to the relationship), and likeness of wording settles the rest.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline

from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import CONCERNS
from matcher.intake.language import is_english
from matcher.intake.phrases import Hit, PhraseBook, denied, word_lists
from matcher.intake.words import LONGEST_TEXT, Words, split_words, stem

Scores = NDArray[np.float64]

# Set by judgement and looked at on half of a public set of enquiries only; see data/README.md.
_OPENING_BONUS = 1.3
_REPEAT = 0.25
_FADE = 0.85
_LIKENESS = 4.0
_HALF_SURE = 3.0
_OUTRIGHT = 2.0
_DENIED = -100.0
_LEAST = 0.05
# Below this, likeness of a word or two is all there is, and it cannot tell.
_TELLING = 0.15


def _rows(kind: str) -> list[tuple[str, str, float]]:
    return [
        (row["concern"], row["text"], float(row["weight"]))
        for row in reference_rows("concern_phrases")
        if row["kind"] == kind
    ]


class CueScores(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Weighs the phrases found in each text, one column a concern; cues the client denies count nothing."""

    def fit(self, X: Sequence[str], y: None = None) -> Self:
        """Read the phrase table; the texts given are not looked at."""
        self.codes_ = list(CONCERNS)
        cues = [
            (concern, phrase, weight, kind == "either")
            for kind in ("phrase", "either")
            for concern, text, weight in _rows(kind)
            for phrase in text.split(";")
        ]
        column = {code: at for at, code in enumerate(self.codes_)}
        self.columns_ = np.array([column[concern] for concern, *_ in cues])
        self.weights_ = np.array([weight for _, _, weight, _ in cues])
        self.lack_counts_ = [either for *_, either in cues]
        known = [word for _, text, _ in _rows("description") for word in split_words(text).tokens]
        known += [*ENGLISH_STOP_WORDS, *word_lists()["real_words"]]
        self.book_ = PhraseBook([phrase for _, phrase, _, _ in cues], stem, known)
        self.neighbours_ = np.eye(len(self.codes_))
        for concern, near, share in _rows("near"):
            self.neighbours_[column[concern], column[near]] = share
        return self

    def transform(self, X: Sequence[str]) -> Scores:
        """Return shape (n_texts, n_concerns): 0 where nothing speaks of the concern, far below where it is denied."""
        shape = (len(X), len(self.codes_))
        own = np.array([self._weigh(split_words(text)) for text in X]).reshape(shape)
        return np.asarray(np.where(own < 0, own, np.maximum(own, 0) @ self.neighbours_))

    def _weigh(self, words: Words) -> Scores:
        scores = np.zeros(len(self.codes_))
        if not is_english(words):
            return scores
        found: dict[int, list[Hit]] = defaultdict(list)
        for hit in self.book_.find(words):
            if not denied(hit, words, plainly=self.lack_counts_[hit.row]):
                found[self.columns_[hit.row]].append(hit)
            elif self.weights_[hit.row] >= _OUTRIGHT:
                scores[self.columns_[hit.row]] = _DENIED
        for column, hits in found.items():
            scores[column] = self._total(hits, words)
        return scores

    def _total(self, hits: list[Hit], words: Words) -> float:
        """Add up different phrases, each further one counting less; the opening words count more, repeats a little."""
        taken: dict[int, list[float]] = defaultdict(list)
        covered: set[int] = set()
        for hit in sorted(hits, key=lambda hit: (-self.weights_[hit.row], hit.start - hit.end, hit.start)):
            if covered.isdisjoint(range(hit.start, hit.end)):
                covered.update(range(hit.start, hit.end))
                opening = _OPENING_BONUS if words.sentences[hit.start] == words.sentences[0] else 1.0
                taken[hit.row].append(float(self.weights_[hit.row]) * opening)
        each = sorted((max(values) * (1 + _REPEAT * np.log(len(values))) for values in taken.values()), reverse=True)
        return float(sum(value * _FADE**place for place, value in enumerate(each)))


class DescriptionLikeness(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Cosine likeness of each text to each concern's plain description and phrases, by words and by runs of letters."""

    def fit(self, X: Sequence[str], y: None = None) -> Self:
        """Learn word weights from the descriptions alone; the texts given are not looked at."""
        texts: dict[str, list[str]] = {code: [concern.label] for code, concern in CONCERNS.items()}
        for concern, text, weight in [*_rows("description"), *_rows("phrase"), *_rows("either")]:
            if weight >= 1:
                texts[concern].append(re.sub(r"[;|?.{}*]", " ", text))
        documents = [_plain(" ".join(parts)) for parts in texts.values()]
        self.words_ = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)
        self.letters_ = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True)
        self.by_word_ = self.words_.fit_transform(documents)
        self.by_letter_ = self.letters_.fit_transform(documents)
        return self

    def transform(self, X: Sequence[str]) -> Scores:
        """Return shape (n_texts, n_concerns), each 0 to 1; all 0 where not one word is known."""
        plain = [_plain(text) for text in X]
        by_word = (self.words_.transform(plain) @ self.by_word_.T).toarray()
        by_letter = (self.letters_.transform(plain) @ self.by_letter_.T).toarray()
        known = by_word.max(axis=1, initial=0.0, keepdims=True) > 0
        return np.asarray(np.where(known, 0.6 * by_word + 0.4 * by_letter, 0.0))


def _plain(text: str) -> str:
    """Return the telling words of a text, stemmed, without what it denies; nothing for a text that is not English."""
    words = split_words(text[:LONGEST_TEXT])
    if not is_english(words):
        return ""
    telling = (at for at, word in enumerate(words.tokens) if word not in ENGLISH_STOP_WORDS)
    return " ".join(stem(words.tokens[at]) for at in telling if not denied(Hit(0, at, at + 1), words))


class AddUp(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Adds the cue scores and the likeness beside them and brings the sum to between 0 and 1."""

    def fit(self, X: Scores, y: None = None) -> Self:
        """Learn nothing but the width: the weights are declared at the head of this module."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Scores) -> Scores:
        """Return shape (n_texts, n_concerns) from shape (n_texts, 2 * n_concerns)."""
        cues, likeness = np.split(X, 2, axis=1)
        return np.asarray(1 - np.exp(-np.maximum(cues + _LIKENESS * likeness, 0) / _HALF_SURE))


@cache
def concern_pipeline() -> Pipeline:
    """Return the pipeline from texts to scores, made once on first use."""
    both = FeatureUnion([("cues", CueScores()), ("likeness", DescriptionLikeness())])
    return Pipeline([("read", both), ("add", AddUp())]).fit([""])


def suggest_concerns(texts: Sequence[str] | str, top: int = 5) -> list[list[tuple[str, float]]]:
    """Return for each text the concerns it speaks of with scores from 0 to 1, best first.

    Parameters
    ----------
    texts
        One text or several. One text gives a list of one.
    top
        The most concerns to name for one text.

    Returns
    -------
    list
        One list of ``(code, score)`` a text; empty where it cannot tell: no words, nothing said of any concern, or
        not in English. A score orders concerns; it is not a probability and no measure of severity.

    Raises
    ------
    ValueError
        If ``top`` is negative.
    """
    if top < 0:
        raise ValueError(f"top is {top}; it must be 0 or more")
    texts = [texts] if isinstance(texts, str) else list(texts)
    if not texts:
        return []
    return [_best(row, top) for row in concern_pipeline().transform(texts)]


def _best(row: Scores, top: int) -> list[tuple[str, float]]:
    if row.max() < _TELLING:
        return []
    order = sorted(range(len(row)), key=lambda at: (-row[at], at))[:top]
    codes = list(CONCERNS)
    return [(codes[at], round(float(row[at]), 4)) for at in order if row[at] >= _LEAST]

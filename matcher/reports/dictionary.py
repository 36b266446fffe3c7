"""What every column of a report's tables means, in what unit, and how small numbers are hidden in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from matcher.reports.cells import NOT_SHOWN
from matcher.reports.values import Picture

DICTIONARY_FILE: Final = "data_dictionary.csv"
_WORDS: Final = "text"
_AS: Final = "as in the table's title"
_HEADINGS: Final = ("file", "table", "column", "means", "unit", "small numbers")

#: The columns a picture is drawn from, as its reader sees them.
PICTURE_HEADINGS: Final[dict[str, str]] = {
    "step": "step",
    "n": "people counted",
    "complete": "measured (%)",
    "before": "people counted, period before",
    "label": "what",
    "group": "which",
    "value": "value",
    "low": "95% interval from",
    "high": "95% interval to",
    "centre": "centre",
    "low95": "95% limit, lower",
    "high95": "95% limit, upper",
    "low998": "99.8% limit, lower",
    "high998": "99.8% limit, upper",
    "predicted": "predicted",
    "observed": "observed afterwards",
    "month": "month",
    "series": "which",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the columns whose heading fits a pattern hold, and their unit; words are never hidden."""

    pattern: str
    means: str
    unit: str = _WORDS


#: The first pattern that fits a whole heading counts.
MEANINGS: Final[tuple[Meaning, ...]] = (
    Meaning("section", "the section a sentence stands in, or “in short” for the answers before them"),
    Meaning(
        "kind", "the question answered; or whether it is a section's sentence, a caution, or how it was worked out"
    ),
    Meaning("text", "the sentence, of the figures as they may be shown"),
    Meaning("step|from enquiry until they", "a step on the way from enquiry to therapy"),
    Meaning("why", "why people did not come to a first session"),
    Meaning("what|which|what followed|how the match came about|group", "the group or the outcome the row is about"),
    Meaning(
        "wish|limit|gap", "what clients asked for, a limit they set, or what would have to be hired or trained for"
    ),
    Meaning("therapist", "a therapist's name; the order is alphabetical and says nothing"),
    Meaning("domain|concern|outcome", "the domain, main concern or outcome the row is about"),
    Meaning("what it says|beside England", "what the figures bear out, or that there is not enough data"),
    Meaning(".*in words", "what may be said of a number that is not shown"),
    Meaning("if the highest predicted benefit always came first|why not", "what was estimated, or why it could not be"),
    Meaning("reliability", "the share of differences between therapists that is not chance", "0 to 1"),
    Meaning("from the average.*", "the shrunken difference from the clinic's average at equal case mix", "SD"),
    Meaning("estimate", "what another way of matching would have given beyond the usual", "SD"),
    Meaning(
        "clients it would serve.*|worth this many courses|lists shown on.*", "how many are counted", "people or courses"
    ),
    Meaning(
        "asked.*|honoured|not honoured|not known|stated.*|given up.*|(loosened|relaxed) by.*",
        "how many clients asked, and what came of it",
        "people",
    ),
    Meaning("measured courses.*", "courses in which the outcome was measured", "courses"),
    Meaning("figure", "the figure named in the row's first column", "as named there"),
    Meaning("measure|case when|source", "an outcome measure, its rule, or where the figures come from"),
    Meaning("reliable change|usual spread at intake", "a figure of the measure's own", "points of the measure"),
    Meaning("month", "a calendar month"),
    Meaning("people.*|courses.*|measured|.*, courses|.*, measured", "how many are counted", "people or courses"),
    Meaning("(before, )?(from|to)|95% interval (from|to)", "an end of the 95% interval of the figure before it", _AS),
    Meaning("change.*|difference.*", "a difference, or an end of its 95% interval", _AS),
    Meaning("(before, )?(from|to) \\(%\\)", "an end of the 95% interval of the share before it", "%"),
    Meaning(
        "(before, |recommended, |usual, )?measured \\(%\\)",
        "the share measured, of those the figure beside it could be of",
        "%",
    ),
    Meaning(".*\\(%\\)", "a share of those counted", "%"),
    Meaning(".*days.*", "days from the enquiry: the median, or what the slowest tenth waited at least", "days"),
    Meaning("centre|9.*% limit, (lower|upper)", "the clinic's mean, or a limit chance alone would keep within", _AS),
    Meaning("ranking by|the learned model", "a way of ranking, or how the learned model did beside it"),
    Meaning("SD per SD", "how much better courses went for each SD that the ranking put the therapist higher", "SD"),
    Meaning("learned model less this", "the learned model's figure less this ranking's", "SD"),
    Meaning("predicted benefit \\(SD\\)|what followed \\(SD\\)", "the mean of a third of the courses", "SD"),
    Meaning("observed afterwards", "the mean of what followed beyond the case mix", _AS),
    Meaning("value|mean|predicted|period before|alliance.*", "the figure the table is about", _AS),
)
HIDES: Final = (
    f'"{NOT_SHOWN}" where too few people are counted (fewer than about 15), where such a number could be worked '
    "out from others, or where nothing was measured; counts are in steps of 5"
)
HIDES_NOT: Final = "never hidden"


def picture_frame(picture: Picture) -> pd.DataFrame:
    """Return the numbers behind a picture under headings in words."""
    return picture.frame.rename(columns=PICTURE_HEADINGS)


def meaning_of(heading: str) -> Meaning | None:
    """Return what a column holds, None where the dictionary does not know it."""
    return next((meaning for meaning in MEANINGS if re.fullmatch(meaning.pattern, heading)), None)


def dictionary_rows(tables: Iterable[tuple[str, str, list[str]]]) -> list[tuple[str, ...]]:
    """Return the dictionary of some tables, given as file name, title and headings: one row a column."""
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for file, title, headings in tables:
        for heading in headings:
            meaning = meaning_of(heading) or Meaning("", "see the table's title", _AS)
            hidden = HIDES_NOT if meaning.unit == _WORDS else HIDES
            rows.append((file, title, heading, meaning.means, meaning.unit, hidden))
    return rows

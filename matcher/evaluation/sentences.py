"""What an evaluation comes to, in plain sentences: no more than the intervals allow."""

from collections.abc import Sequence

import numpy as np

from matcher.evaluation.candidates import OURS, PUBLISHED
from matcher.evaluation.comparison import FEWEST_CLUSTERS, FEWEST_ROWS, Difference, number
from matcher.evaluation.intervals import Interval
from matcher.evaluation.report import Counts, Result

LIMITS: tuple[str, ...] = (
    "Clients were not given their therapists by chance: what is adjusted for is only what intake recorded.",
    "Therapists' profiles, fees and times are today's, not those of the day an episode began; being full today, or "
    "having no opening soon, rules nobody out.",
    "Outcomes that are missing may be missing for a reason: clients who do badly are asked less often.",
    "A difference in later episodes is a difference in ranking, not proof that matching by it helps clients.",
)


def too_few(counts: Counts) -> str | None:
    """Return why nothing can be said, None where there is enough to compare."""
    if counts.compared >= FEWEST_ROWS and counts.therapists >= FEWEST_CLUSTERS:
        return None
    return (
        f"Too few later episodes to tell: {counts.compared} with {counts.therapists} therapists can be compared, and "
        f"at least {FEWEST_ROWS} with {FEWEST_CLUSTERS} are needed. Until then the ranking rests on published effects, "
        "moved by as much as the episodes there are can tell."
    )


def verdicts(
    counts: Counts, results: Sequence[Result], differences: Sequence[Difference], held: Interval | None
) -> tuple[str, ...]:
    """Return what was found, most important first."""
    few = too_few(counts)
    if few is not None:
        return (few,)
    said = [_against_published(differences), _association(results), _slope(results)]
    better = [d.theirs for d in differences if d.verdict > 0]
    worse = [d.theirs for d in differences if d.verdict < 0]
    open_ = [d.theirs for d in differences if d.verdict == 0]
    said += [f"It did better than {_listed(better)}."] if better else []
    said += [f"It did worse than {_listed(worse)}."] if worse else []
    said += [f"Later data cannot tell it from {_listed(open_)} yet."] if open_ else []
    if held is not None and not np.isnan(held.low):
        share = f"{held.value:.0%} of {held.n} therapists ({held.low:.0%} to {held.high:.0%})"
        said.append(f"Later means lay within the 95% interval foretold for them with {share}.")
    return tuple(sentence for sentence in said if sentence)


def _against_published(differences: Sequence[Difference]) -> str:
    found = next((d for d in differences if d.theirs == PUBLISHED), None)
    if found is None:
        return ""
    if found.verdict < 0:
        return f"The {OURS} ranks worse than {PUBLISHED}: not used for ranking ({number(found.interval)})."
    if found.verdict > 0:
        return f"The {OURS} ranks better than {PUBLISHED} ({number(found.interval)})."
    return f"Later data cannot tell yet whether the {OURS} ranks better than {PUBLISHED} ({number(found.interval)})."


def _association(results: Sequence[Result]) -> str:
    ours = next((r.association for r in results if r.recommender == OURS), None)
    if ours is None:
        return ""
    if ours.side == 0:
        return f"Its scores do not show in what followed yet ({number(ours)} for each SD of score)."
    better = "better" if ours.side > 0 else "worse"
    return (
        f"Episodes it scored higher went {better} than the client's case mix foretold ({number(ours)} a SD of score)."
    )


def _slope(results: Sequence[Result]) -> str:
    slope = next((r.slope for r in results if r.recommender == OURS), None)
    if slope is None or np.isnan(slope.low):
        return ""
    said = f"slope {slope.value:.2f}, 95% interval {slope.low:.2f} to {slope.high:.2f}"
    if slope.above(1):
        return f"Its benefits are too small: what followed differed more ({said}; 1 is right)."
    if slope.high < 1:
        return f"Its benefits are too large: what followed differed less ({said}; 1 is right)."
    return f"Nothing speaks against the size of its benefits ({said}; 1 is right)."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

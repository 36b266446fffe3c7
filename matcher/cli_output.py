"""How commands write their results: tables as CSV or JSON, explanations and reports for a reader."""

import sys
from pathlib import Path

import pandas as pd
from rich.table import Table

from matcher.console import OUTPUT as _OUTPUT
from matcher.evaluation.report import EvaluationReport
from matcher.services.matching import Explanation


def print_frame(table: pd.DataFrame, out: Path | None, as_json: bool) -> None:
    """Print a result table, or write it to a file, as CSV or JSON."""
    if as_json:
        text = table.to_json(orient="records", force_ascii=False, indent=2)
    else:
        text = table.to_csv(index=False)
    if out is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    else:
        out.write_text(text, encoding="utf-8")


def print_explanation(explanation: Explanation) -> None:
    """Print every limit, or every term, wish and sentence of one pair."""
    _OUTPUT.print(f"Client {explanation.client_id}, therapist {explanation.therapist_id}", markup=False)
    if explanation.withheld:
        _OUTPUT.print(explanation.withheld)
    found = explanation.recommendation
    if found is None:
        _OUTPUT.print("Not eligible:")
        for limit in explanation.limits:
            _OUTPUT.print(f"  - {limit}", markup=False)
        return
    _OUTPUT.print(
        f"Rank {found.rank}. Expected benefit {found.benefit:+.3f} SD against the average therapist this client could "
        f"see (95% interval {found.benefit_low:+.3f} to {found.benefit_high:+.3f})."
    )
    table = Table("What", "Alliance", "Improvement", "Staying", "Benefit", "Known")
    for term in found.contributions:
        numbers = (f"{v:+.3f}" for v in (term.alliance, term.improvement, term.staying, term.benefit))
        table.add_row(term.label, *numbers, "yes" if term.known else "no, counted as neutral")
    total = (found.alliance, found.improvement, found.staying, found.benefit)
    table.add_row("Sum", *(f"{v:+.3f}" for v in total), "")
    _OUTPUT.print(table)
    for title, sentences in (("For", found.reasons), ("Mind", found.cautions), ("Ask", found.unknowns)):
        for sentence in sentences:
            _OUTPUT.print(f"{title}: {sentence}", markup=False)
    for wish in found.receipt:
        _OUTPUT.print(f"Wish: {wish.label}: {wish.status.replace('_', ' ')}", markup=False)


def print_report(report: EvaluationReport, shares: pd.DataFrame | None = None) -> None:
    """Print an evaluation's tables and what they say; ``shares`` where a made-up clinic's truth is known."""
    counts = report.counts
    _OUTPUT.print(
        f"Learned from {counts.learned_from} episodes before {report.cut}; compared on {counts.compared} later."
    )
    for title, frame in report.tables().items():
        table = Table(*frame.columns, title=title, title_justify="left")
        for row in frame.to_numpy():
            table.add_row(*row)
        _OUTPUT.print(table)
    if shares is not None and not shares.empty:
        title = f"Share of the oracle's gain, {shares['clients'].iloc[0]} later clients of this made-up clinic"
        table = Table("recommender", "share", "pairs ranked rightly", title=title, title_justify="left")
        for name, share, concordance in shares[["recommender", "share", "concordance"]].to_numpy():
            table.add_row(name, f"{share:.2f}", f"{concordance:.2f}")
        _OUTPUT.print(table)
    for sentence in report.sentences:
        _OUTPUT.print(sentence, markup=False)
    for sentence in (*report.limits, *(f"Not run, its library is not installed: {name}." for name in report.not_run)):
        _OUTPUT.print(f"Mind: {sentence}", markup=False)

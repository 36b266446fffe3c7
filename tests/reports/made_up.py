"""A made-up report with every kind of part in it: pictures of each kind, hidden cells, cautions, hostile words."""

from datetime import date

import pandas as pd

from matcher.reports.values import Period, Picture, Report, Scope, Section, Table

HOSTILE = "<script>alert('x')</script> & \"Co\""
FORMULA = "=1+1"


def pictures() -> tuple[Picture, ...]:
    flow = pd.DataFrame(
        {"step": ["Enquiries", "Offered a place", "Booked", "First session", "Third session"]}
        | {"n": [240, 200, 170, 150, None], "before": [200, 180, 140, 130, 90]}
    )
    intervals = pd.DataFrame(
        {
            "label": ["Recommended first", "Another from the list", "Chosen by staff against the list", "Change"],
            "value": [0.61, 0.55, 0.52, None],
            "low": [0.55, 0.45, 0.38, None],
            "high": [0.67, 0.65, 0.66, None],
            "n": [220, 90, 42, None],
        }
    )
    grouped = pd.concat([intervals.assign(group=name) for name in ("Goal", "Task", "Bond")], ignore_index=True)
    kinds = ["age group"] * 2 + ["language"] * 2
    waits = intervals.assign(label=["adult", "not recorded", "English", "not recorded"], group=kinds)
    n = [15, 20, 30, 45, 60, 80]
    funnel = pd.DataFrame(
        {
            "label": [f"Therapist {i}" for i in n],
            "n": n,
            "value": [0.2, -0.1, 0.05, 0.31, -0.02, 0.1],
            "centre": 0.05,
            **{f"low{k}": [0.05 - z / i**0.5 for i in n] for k, z in (("95", 1.96), ("998", 3.09))},
            **{f"high{k}": [0.05 + z / i**0.5 for i in n] for k, z in (("95", 1.96), ("998", 3.09))},
        }
    )
    calibration = pd.DataFrame(
        {
            "predicted": [-0.1, 0.0, 0.1, 0.2],
            "observed": [-0.05, 0.02, 0.09, None],
            "low": [-0.2, -0.1, 0.0, None],
            "high": [0.1, 0.14, 0.18, None],
            "n": [60, 61, 60, None],
        }
    )
    months = [f"2026-{month:02}" for month in range(1, 13)]
    trend = pd.DataFrame({"month": months, "value": [0.5, 0.52, None, *[0.55] * 9], "low": 0.4, "high": 0.7, "n": 30})
    return (
        Picture("flow", "flow", "From enquiry to third session", "240 enquired and 150 began.", flow, "clients"),
        Picture("ways", "intervals", "Improvement by way", "All intervals overlap.", intervals, "share improved", 0.57),
        Picture("parts", "intervals", "Alliance by part", "All three parts alike.", grouped, "SD"),
        Picture("waits", "intervals", "Days waited, by group", "Much alike.", waits, "days"),
        Picture("funnel", "funnel", "Therapists among the limits of chance", "All six inside.", funnel, "SD"),
        Picture("calibration", "calibration", "Predicted and followed", "Near the line.", calibration, "SD"),
        Picture("trend", "trend", "Reached month by month", "Level over the year.", trend, "share", 0.5),
    )


def made_up_report() -> Report:
    table = Table(
        "by_way",
        f"Outcomes by way {HOSTILE}",
        pd.DataFrame(
            {
                "How the match came about": ["Recommended first", "Override", FORMULA, HOSTILE],
                "Clients": ["220", "hidden", "hidden", "42"],
                "Improved": ["61% (55% to 67%)", "hidden", "hidden", "52% (38% to 66%)"],
            }
        ),
        ("Cells under 10 are hidden, and others with them so that no subtraction reveals them.",),
    )
    sections = (
        Section("flow", "The flow", "240 people enquired & 150 began.", "Counted by day.", (), pictures()[:1]),
        Section(
            "ways", "By way", "No way did better.", f"Wilson {HOSTILE}.", (table,), pictures()[1:], ("Not causal.",)
        ),
        Section("empty", "Nothing yet", "Not enough data.", "None."),
    )
    scope = Scope(Period(date(2026, 1, 1), date(2026, 12, 31)), Period(date(2025, 1, 1), date(2025, 12, 31)), "sleep")
    return Report("Match outcomes", scope, date(2027, 1, 4), sections)

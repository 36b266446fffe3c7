"""Many visitors at once, in figures.

``python tests/browser/run_load.py PORT VISITORS SECONDS THINK`` visits a server that is already there;
``python tests/browser/run_load.py processes VISITORS SECONDS THINK`` visits one web process and then two, each behind
nginx on a PostgreSQL store of its own, and prints what a rerun took on each. THINK is the mean pause in seconds.
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from visitors import Load, percentile, visit


def figures_of(load: Load, seconds: float) -> dict[str, object]:
    """Return a run in figures."""
    everything = load.all_seconds()
    return {
        "reruns": len(everything),
        "per_second": round(len(everything) / seconds, 1),
        "median": round(percentile(everything, 0.5), 3),
        "p95": round(percentile(everything, 0.95), 3),
        "most": round(everything[-1], 3) if everything else None,
        "to_matches_median": round(percentile(sorted(load.to_matches), 0.5), 3) if load.to_matches else None,
        "journeys": load.journeys,
        "troubles": len(load.troubles),
        "by_page_p95": {page: round(percentile(sorted(found), 0.95), 3) for page, found in load.seconds.items()},
    }


def said(load: Load, seconds: float) -> None:
    """Print a run's figures, and the commonest of what went wrong."""
    print(json.dumps(figures_of(load, seconds)))
    for trouble, count in Counter(load.troubles).most_common(8):
        print(count, trouble[:200])


def one_and_two(visitors: int, seconds: float, think: float) -> None:
    """Visit one process and then two, and print both and how they compare."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    # Here, since that module's own tests use this one.
    from postgres import running_server, url_of
    from stores import fresh_postgres
    from test_many_at_once import behind_nginx, processes

    slowest = []
    with running_server() as server:
        for count in (1, 2):
            for url in fresh_postgres(url_of(server)):
                with (
                    TemporaryDirectory() as folder,
                    processes(Path(folder), count, url) as running,
                    behind_nginx(Path(folder), running) as port,
                ):
                    load = asyncio.run(visit(port, visitors, seconds, think))
            print(f"{count} process(es):")
            said(load, seconds)
            slowest.append(percentile(load.all_seconds(), 0.95))
    print(f"95th percentile: {slowest[0]:.3f} s on one process, {slowest[1]:.3f} s on two")


def main() -> None:
    visitors, seconds, think = (float(word) for word in sys.argv[2:5])
    if sys.argv[1] == "processes":
        one_and_two(int(visitors), seconds, think)
    else:
        said(asyncio.run(visit(int(sys.argv[1]), int(visitors), seconds, think)), seconds)


if __name__ == "__main__":
    main()

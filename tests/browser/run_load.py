"""Visit a server that is already there: ``python tests/browser/run_load.py PORT VISITORS SECONDS THINK``."""

import asyncio
import json
import sys
from collections import Counter

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


def main() -> None:
    port, visitors, seconds, think = (float(word) for word in sys.argv[1:5])
    load = asyncio.run(visit(int(port), int(visitors), seconds, think))
    print(json.dumps(figures_of(load, seconds)))
    for trouble, count in Counter(load.troubles).most_common(8):
        print(count, trouble[:200])


if __name__ == "__main__":
    main()

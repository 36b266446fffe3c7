"""A report's pictures drawn in a process beside, while its sections are still being made."""

from concurrent.futures import Future
from typing import Any, Self

import pandas as pd
from joblib.externals.loky import ProcessPoolExecutor

from matcher.reports.pictures import has_numbers, svg
from matcher.reports.values import Picture, Section


class Drawing:
    """Draws pictures in one other process, which starts with the block; a context manager.

    What draws keeps the interpreter to itself, so a thread beside would save nothing.
    """

    def __init__(self) -> None:
        # joblib's processes start afresh and load what draws alone, not what the command loads.
        self._pool: Any = ProcessPoolExecutor(1)
        self._begun: list[tuple[Picture, Future[str]]] = []

    def __enter__(self) -> Self:
        # The first picture takes a second longer than the others.
        self._pool.submit(svg, _FIRST)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(kill_workers=True)

    def begin(self, section: Section) -> None:
        """Begin with a section's pictures."""
        self._begun += [
            (picture, self._pool.submit(svg, picture)) for picture in section.pictures if has_numbers(picture)
        ]

    def svg(self, picture: Picture) -> str:
        """Return a picture as `pictures.svg` does, once it is drawn; one that was not begun is drawn here."""
        return next((drawn.result() for begun, drawn in self._begun if begun is picture), None) or svg(picture)


_FIRST = Picture("first", "trend", "", "", pd.DataFrame({"month": ["1"], "value": [0.0], "low": [0.0], "high": [0.0]}))

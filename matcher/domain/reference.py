"""Where the reference tables and the demo clinic lie, in a checkout and in an installed wheel."""

import csv
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def data_path(*parts: str) -> Path:
    """Return the path of a file that travels with the package, such as ``("reference", "effects.csv")``.

    Raises
    ------
    FileNotFoundError
        If neither the installed package nor the checkout holds it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent / "data"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of matcher: install it again.")


@cache
def reference_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``data/reference/<name>.csv``, every cell a string."""
    with data_path("reference", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))

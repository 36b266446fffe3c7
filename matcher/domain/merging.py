"""Two changes of one thing, made by people who did not see each other's: put together, so that neither is lost."""

from collections.abc import Mapping
from typing import Any


def merged(kept: Any, before: Any, after: Any) -> Any:
    """Return what is kept now with what changed from ``before`` to ``after``; where both changed a value, ``after``.

    Of a mapping every field is merged for itself; of a list only what was added or taken away is. An answer left
    blank is the same however it is written: absent, None, or empty.
    """
    if _same(before, after):
        return kept
    if isinstance(after, Mapping):
        there, then = (side if isinstance(side, Mapping) else {} for side in (kept, before))
        return _fields(there, then, after)
    if isinstance(after, list | tuple):
        here, once = (side if isinstance(side, list | tuple) else () for side in (kept, before))
        stays = [item for item in here if item in after or item not in once]
        return [*stays, *(item for item in after if item not in once and item not in stays)]
    return after


def _fields(kept: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name in dict.fromkeys([*kept, *after]):
        # What one side took away is gone, unless the other changed it.
        if name in (kept if _same(before.get(name), after.get(name)) else after):
            found[name] = merged(kept.get(name), before.get(name), after.get(name))
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (_blank(one) and _blank(other))


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)

"""The way in, found when somebody first needs it: clients never do, and the store's libraries take a second to load."""

from typing import TYPE_CHECKING

from matcher.services.access import Person
from matcher.ui import wiring
from matcher.ui.loading import IMPORTS

if TYPE_CHECKING:
    from matcher.services.signing_in import Door


def door() -> "Door":
    """Return the way in to the store the pages draw on."""
    with IMPORTS:
        from matcher.services.signing_in import door_of  # noqa: PLC0415

    services = wiring.services()
    return door_of(services.store(), services.settings)


def person_of(session_hash: str) -> Person | None:
    """Return whose a live session is, asked of the store each time; None where it has ended."""
    with IMPORTS:
        from matcher.services.signing_in import person_of as ask  # noqa: PLC0415

    return ask(door(), session_hash)


def session_of(token: str) -> tuple[str, Person] | None:
    """Return the hash of a cookie's live session and whose it is; None where it has ended."""
    with IMPORTS:
        from matcher.store.sessions import session_hash  # noqa: PLC0415

    kept = session_hash(token)
    person = None if kept is None else person_of(kept)
    return None if kept is None or person is None else (kept, person)

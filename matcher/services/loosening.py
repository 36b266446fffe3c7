"""Which of their own limits a client loosened between two lists they were shown."""

from collections.abc import Mapping

import pandas as pd

from matcher.clinic.encoding import TherapistTable, encode_clients
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import BIT, broken_limits
from matcher.services.trade_offs import FIXED
from matcher.store.snapshot import answers_of, client_of


def loosened(before: Mapping[str, str], after: pd.DataFrame, therapists: TherapistTable) -> tuple[str, ...]:
    """Return the limits that now rule out fewer of the therapists, and nobody they did not rule out before.

    Read off the limits every therapist breaks, so that a higher fee, a wider choice and a must-have made a wish count
    alike. A limit exchanged for another was changed, not loosened; nor is it one where no therapist is let in by it.

    Parameters
    ----------
    before
        The answers the earlier list was made from, as its snapshot holds them.
    after
        The client's canonical row the later list is made from.
    """
    answers = answers_of(after)
    if answers == before:
        return ()
    rows = pd.concat([client_of(before), after], ignore_index=True)
    was, now = broken_limits(Pairs(encode_clients(rows, therapists), therapists))
    same_concerns = before.get("concerns") == answers.get("concerns")
    return tuple(
        name
        for name, bit in BIT.items()
        if (name not in FIXED or (name == "concerns" and same_concerns))
        and (was & ~now & bit).any()
        and not (now & ~was & bit).any()
    )

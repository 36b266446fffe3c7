"""Which of their own limits a client loosened between two lists they were shown."""

import pandas as pd

from matcher.clinic.encoding import TherapistTable, encode_clients
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import BIT, broken_limits
from matcher.services.trade_offs import FIXED


def loosened(before: pd.DataFrame, after: pd.DataFrame, therapists: TherapistTable) -> tuple[str, ...]:
    """Return the limits that now rule out fewer of the therapists, and nobody they did not rule out before.

    Read off the limits every therapist breaks, so that a higher fee, a wider choice and a must-have made a wish count
    alike. A limit exchanged for another was changed, not loosened; nor is it one where no therapist is let in by it.

    Parameters
    ----------
    before, after
        The client's canonical row as each list was made from it.
    """
    rows = pd.concat([before, after], ignore_index=True)
    was, now = broken_limits(Pairs(encode_clients(rows, therapists), therapists))
    same_concerns = before["concerns"].tolist() == after["concerns"].tolist()
    return tuple(
        name
        for name, bit in BIT.items()
        if (name not in FIXED or (name == "concerns" and same_concerns))
        and (was & ~now & bit).any()
        and not (now & ~was & bit).any()
    )

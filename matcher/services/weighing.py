"""What counts for more or less for one client: what they said on their pages, or by what felt wrong before."""

from typing import Final

from matcher.ranking.emphasis import GROUPS
from matcher.services.fit_enquiry import CHANGE_ASKED
from matcher.services.fit_reasons import next_emphasis
from matcher.store.enquiries import Enquiry

_LEVELS: Final = ("more", "less")


def weighing(enquiry: Enquiry) -> dict[str, str]:
    """Return ``more`` or ``less`` by group of the score's terms; a change's reasons come before what was said first."""
    answers = enquiry.private.get("answers") or {}
    said = answers.get("emphasis") or {}
    weights = {group: level for group, level in said.items() if group in GROUPS and level in _LEVELS}
    change = enquiry.private.get(CHANGE_ASKED)
    return weights | (next_emphasis(change["reasons"]) if change else {})

"""Every page for signed-in people, by its address: append yours here. Order is the menu's order.

A page is drawn only for a role that may see it (`StaffPage.open_to`), however it was reached; the services it calls
check again.
"""

from typing import Final

from matcher.ui.desk import Desk, StaffPage

__all__ = ["STAFF_PAGES", "Desk", "StaffPage"]

STAFF_PAGES: Final[dict[str, StaffPage]] = {}

"""Every page for signed-in people, by its address: append yours here. Order is the menu's order.

A page is drawn only for a role that may see it (`StaffPage.open_to`), however it was reached; the services it calls
check again.
"""

from typing import Final

from matcher.ui import staff_account, staff_case, staff_people, staff_queue, wording_staff
from matcher.ui.desk import Desk, StaffPage

__all__ = ["STAFF_PAGES", "Desk", "StaffPage"]

STAFF_PAGES: Final[dict[str, StaffPage]] = {
    "enquiries": StaffPage(wording_staff.QUEUE_TITLE, "see_queue", staff_queue.draw_queue),
    "enquiry": StaffPage(wording_staff.CASE_TITLE, "work_enquiry", staff_case.draw_case, in_menu=False),
    "people": StaffPage(staff_people.TITLE, "manage_accounts", staff_people.draw_people),
    "account": StaffPage(staff_account.TITLE, None, staff_account.draw_account),
}

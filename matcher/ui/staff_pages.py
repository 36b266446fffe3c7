"""Every page for signed-in people, by its address: append yours here. Order is the menu's order.

A page is drawn only for a role that may see it (`StaffPage.open_to`), however it was reached; the services it calls
check again.
"""

from typing import Final

from matcher.ui import (
    owner_model,
    owner_replay,
    owner_report,
    owner_therapist,
    staff_account,
    staff_audit,
    staff_case,
    staff_client_data,
    staff_files,
    staff_people,
    staff_phone,
    staff_place,
    staff_queue,
    staff_therapists,
    wording_owner,
    wording_staff,
    wording_staff_data,
    wording_staff_phone,
    wording_therapists,
)
from matcher.ui.desk import Desk, StaffPage

__all__ = ["STAFF_PAGES", "Desk", "StaffPage"]

STAFF_PAGES: Final[dict[str, StaffPage]] = {
    "enquiries": StaffPage(wording_staff.QUEUE_TITLE, "see_queue", staff_queue.draw_queue),
    "enquiry": StaffPage(wording_staff.CASE_TITLE, "work_enquiry", staff_case.draw_case, in_menu=False),
    "place-list": StaffPage(wording_staff.PLACE_TITLE, "place_list", staff_place.draw_place),
    "therapists": StaffPage(wording_therapists.TITLE, "edit_therapists", staff_therapists.draw_therapists),
    "practice-files": StaffPage(wording_therapists.FILES_TITLE, "edit_therapists", staff_files.draw_files),
    "phone-intake": StaffPage(wording_staff_phone.PHONE_TITLE, "work_enquiry", staff_phone.draw_phone),
    "outcomes": StaffPage(wording_owner.REPORT_TITLE, "see_report", owner_report.draw_report),
    "therapist-outcomes": StaffPage(
        wording_owner.THERAPIST_TITLE, "see_therapist_report", owner_therapist.draw_therapist
    ),
    "past-matches": StaffPage(wording_owner.REPLAY_TITLE, "see_report", owner_replay.draw_replay),
    "ranking-model": StaffPage(wording_owner.MODEL_TITLE, "manage_model", owner_model.draw_model),
    "people": StaffPage(staff_people.TITLE, "manage_accounts", staff_people.draw_people),
    "audit-log": StaffPage(staff_audit.TITLE, "see_audit", staff_audit.draw_audit),
    "account": StaffPage(staff_account.TITLE, None, staff_account.draw_account),
    # Rarely needed, so last: a menu that is full hides its end.
    staff_client_data.HAND_OVER: StaffPage(
        wording_staff_data.DATA_TITLE, "export_client", staff_client_data.draw_hand_over
    ),
    staff_client_data.ERASE: StaffPage(wording_staff_data.ERASE_TITLE, "erase_client", staff_client_data.draw_erase),
}

"""The words of the pages where staff hand over or erase what is held about one client."""

from typing import Final

DATA_HEADER: Final = "Their data"
#: By the pages' addresses.
DATA_LINKS: Final[dict[str, str]] = {
    "client-data": "Hand over everything we hold",
    "erase-client": "Erase them",
}
DATA_TITLE: Final = "A client's data"
DATA_LEAD: Final = (
    "Everyone may have what we hold about them. First make sure who is asking: the client, or somebody who may act for "
    "them."
)
DATA_ID: Final = "Reference, or client id"
DATA_NOBODY: Final = "Nobody here has this reference or id."
DATA_WHO: Final = "This is about **{name}** ({id})."
DATA_NAMELESS: Final = "This is about {id}. No name is kept."
DATA_IN: Final = (
    "The file holds what they told us, how to reach them, the lists they were shown, what staff noted, their fit "
    "checks and courses of therapy, and who saw all this, by role."
)
DATA_SAVE: Final = "Save everything as a ZIP file"
DATA_AFTER: Final = (
    "Their words stand in it in the clear. Read it first, since a note may name somebody else. Hand it over in a safe "
    "way, then delete your copy. We keep no copy, and note that you made it."
)
ERASE_TITLE: Final = "Erase a client"
ERASE_LEAD: Final = "This cannot be undone. If they may want a copy of their data, hand it over first."
ERASE_GOES_TITLE: Final = "What goes"
ERASE_GOES: Final = (
    "Their answers and drafts, how to reach them, their enquiry with every note, the lists they were shown, fit "
    "checks, codes, and courses of therapy. A place held or booked for them is given back."
)
ERASE_STAYS_TITLE: Final = "What stays"
ERASE_STAYS: Final = (
    "They agreed to research, so {courses} will stay without a name: the therapist, the month, an age group, the main "
    "concern, scores, sessions and how it ended."
)
ERASE_ALL_GO: Final = "They did not agree to research, so nothing stays of {courses}."
ERASE_NO_COURSES: Final = "They have no courses of therapy here, so nothing of that kind stays."
ERASE_LOG: Final = (
    "The audit log keeps their id, that you erased them, and why. Backups made until now still hold them: delete those "
    "when their time is over."
)
ERASE_WHY: Final = "Why are they erased?"
ERASE_CONFIRM: Final = "To confirm, type {id}"
ERASE_DO: Final = "Erase for good"
ERASE_NOT_SAME: Final = "What you typed is not the same. Nothing was erased."
ERASED: Final = "Erased."
ERASED_KEPT: Final = "Kept without a name: {courses}."
ERASED_OPEN: Final = "{name} has one more open place: lower it again if they go on working together."
ERASED_CHECK: Final = "Check the open places of {name}: they gave the number anew since, so it was left as it is."
COURSE: Final = "one course of therapy"
COURSES: Final = "{count} courses of therapy"

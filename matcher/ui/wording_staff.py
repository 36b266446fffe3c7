"""The words of the staff's pages: plain, short, and never a rating of anybody."""

from typing import Final

QUEUE_TITLE: Final = "Enquiries"
CASE_TITLE: Final = "Enquiry"

WAITS_FOR: Final = "waits {span}"

STATES: Final[dict[str, str]] = {
    "new": "New",
    "contacted": "Contacted",
    "offered": "Offered",
    "booked": "Booked",
    "waiting": "Waiting",
    "closed": "Closed",
}
CLOSED: Final[dict[str, str]] = {
    "started": "Started with a therapist",
    "declined": "Declined what we offered",
    "went_elsewhere": "Went elsewhere",
    "referred_on": "Referred on",
    "no_answer": "No answer",
    "duplicate": "The same person's other enquiry",
    "withdrew": "Withdrew",
    "other": "Another reason",
}
SOURCES: Final[dict[str, str]] = {"web": "Web", "phone": "Phone", "import": "Import", "change": "Change of therapist"}
WANTS: Final[dict[str, str]] = {
    "therapist": "Asked for a therapist",
    "choose_for_me": "Would like us to choose",
    "wait": "Would like to be on the waiting list",
    "call_me": "Would like a call first",
}
ASKED_FOR: Final = "Asked for {name}"
ASKED_FOR_GONE: Final = "Asked for a therapist who is no longer here"
GOES_ON_IN: Final = "This was merged: everything goes on in {kept}."
GROUPS: Final[dict[str, str]] = {
    "help": "what they want help with",
    "way": "how somebody works",
    "who": "who they are",
    "soon": "soon and near",
    "cost": "cost",
}
WEIGHED: Final = "In the order the client asked for ({groups}). The benefits below are weighed like that."
LANGUAGES: Final[dict[str, str]] = {"en": "English", "zh": "Chinese"}
WAYS: Final[dict[str, str]] = {
    "phone": "Phone call",
    "text": "Text message",
    "email": "E-mail",
    "in_person": "In person",
}
CONTACT_OUTCOMES: Final[dict[str, str]] = {
    "reached": "Spoke with them, or they answered",
    "no_answer": "No answer",
    "message": "Left a message in a safe way",
    "wrong": "The number or address is wrong",
}
SAFE: Final[dict[str, str]] = {"phone": "calls", "voicemail": "voicemail", "text": "text messages", "email": "e-mail"}
EVENTS: Final[dict[str, str]] = {
    "safety_call": "Call about safety",
    "safety_try": "Tried to call about safety",
    "raised": "Safety concern raised by staff",
    "risk_raised": "Safety concern raised by an answer",
    "requested": "Sent a request",
    "asked_to_erase": "Asked us to erase their answers",
    "handover": "Handover sheet",
    "offered": "Offered a therapist",
    "booked": "Booked",
    "declined": "Declined",
    "closed": "Closed",
    "merged": "Merged with another enquiry",
    "hold_lapsed": "The held place lapsed",
    "gave_way": "A limit gave way, as the client said",
    "loosened": "Loosened a limit after seeing their list",
    "read": "Read by a person",
    "waiting": "Put on the waiting list",
    "contacted": "Opened again",
    "new": "Opened again",
    "placed": "Placed with the whole list",
    **WAYS,
}

LIVE: Final = "What others change shows here by itself."
EMPTY: Final = "Nothing here."
OPEN: Final = "Open"
SEARCH: Final = "Reference, or part of it"
SEARCH_NAME: Final = "Part of a name"
SEARCH_NAME_HELP: Final = "Names are opened for this search alone. That you searched is noted."
NARROWED: Final = "Only what you searched for is listed here."
CLEAR: Final = "Show all again"
NOTICED: Final = "I have seen this"
LANE: Final = "A person needs to call now"
LANE_LEAD: Final = "Nobody is suggested for these people until somebody has spoken with them and recorded the call."
DUPLICATES: Final = "These look like the same person"
DUPLICATES_LEAD: Final = "They gave the same telephone number or e-mail address."
DUPLICATES_MORE: Final = "{n} more show as these are merged."
OTHERS: Final = "These look like theirs too: the same telephone number or e-mail address stands in them."
OTHER_CLOSED: Final = "Wrote before, on {wrote}. Closed{on}: {why}"
OTHER_OPEN: Final = "Open as well, received on {wrote}: {state}"
OTHERS_CALL: Final = "One of these waits for a call about safety. Call before you offer anybody here."
OTHERS_MERGE: Final = "To merge with a closed one, open it again: both then stand with all enquiries."
TWICE: Final = (
    "People on this list who look the same as in another open enquiry: {n}. They gave the same telephone number or "
    "e-mail address. Compare and merge them under Enquiries first, or one person may be offered two places."
)
WAITS_FOR_CALL: Final = "{reference} (waits for a call about safety)"
IS_KEPT: Final = "Is kept"
NO_NAME: Final = "No name given"
MERGE: Final = "Merge into {keep}"
MERGED: Final = "Merged. Everything goes on in {keep}, with what only the other one held."

STALE_VERSION: Final = "Somebody else changed this meanwhile. Nothing of yours was written: look again, then decide."
NO_PLACE: Final = "Somebody else took the last place a moment ago. Nothing was changed: choose again."
CHANGED_BY: Final = "Somebody changed this enquiry while you had it open."
SHOW_AGAIN: Final = "Show it as it is now"
NOT_FOUND: Final = "There is no enquiry with this reference."
BACK: Final = "Back to all enquiries"

WHY_RAISED: Final = "Why a person is asked for"
RULES_ARE_NO_RATING: Final = "These are rules for asking a person to look. They say nothing of how great a danger is."
RECORD_CALL: Final = "Record a call"
OUTCOME: Final = "What came of it?"
NOTE: Final = "Note"
CALL_NOTE: Final = "What was said, and what you agreed on"
CALL_KEPT: Final = "The call is on record."
HANDOVER: Final = "Handover sheet"
HANDOVER_LEAD: Final = "Headings of the stepped-care guidance, for your own notes. Nothing here is rated or added up."
KEEP_HANDOVER: Final = "Keep in the log"
SAVE_HANDOVER: Final = "Save what is kept, to print or send"
KEEP_BEFORE_SAVING: Final = "Once it is kept, blank or not, you can save it here to print or send."
SAVED_AS_KEPT: Final = "What you typed since it was kept is not in the file: keep it again first."

STORY: Final = "Story"
WISHES: Final = "Wishes and limits"
HISTORY: Final = "What was done"
REACH: Final = "How to reach them"
SAFE_ONLY: Final = "They said these are safe: {ways}."
SAFE_NONE: Final = "They did not say which ways are safe: ask before leaving any message."
NO_CONTACT: Final = "No telephone number or e-mail address is known."
NOTHING_TOLD: Final = "They have told us nothing yet."
SUGGESTED: Final = "Suggested"
BENEFIT: Final = "Expected benefit {benefit:+.2f} SD (95 % {low:+.2f} to {high:+.2f}), against their average choice"
WISHES_KEPT: Final = "Wishes honoured: {kept} of {asked}"
NO_WISHES: Final = "No wishes stated"
RECORD: Final = (
    "{share:.0%} of their next clients {what} expected to improve reliably ({low:.0%} to {high:.0%}; {n} cases)"
)
RECORD_ALL: Final = "of all concerns"
RECORD_FEW: Final = "Past work {what}: {n} cases here, too few to say"
RECORD_NONE: Final = "No measured cases here yet"
PLACES: Final = "{open} open, {ongoing} going on, {held} held"
OPENING: Final = "first opening {day}"
NO_OPENING: Final = "first opening not known"
CONFIRMED: Final = "confirmed {day}"
STALE_OPENINGS: Final = "places not confirmed lately"
NOBODY: Final = "Nobody fits all limits."
TOOK_BACK: Final = (
    "They do not agree to being matched, so nobody is suggested. Speak with them first. If they agree, tick it under "
    "“Complete by phone”."
)
NO_CONCERN: Final = "They named no concern yet. Ask, and fill it in by phone intake."
OFFER: Final = "Offer"
OFFERED: Final = "Offered. The place is held until {until}."
HOLD: Final = "Hold the place for (days)"
SOMEONE_ELSE: Final = "Offer someone else who fits"
CHOOSE_WHO: Final = "Choose who it is."
CHOOSE_WITH: Final = "Choose with whom."
CHOOSE_WHOSE: Final = "Choose whose places."
CHOOSE_OUTCOME: Final = "Choose what came of it."
CHOOSE_WHY: Final = "Choose why."
REASON: Final = "Why them?"
WHY_NOT: Final = "Why not somebody else?"
WHY_NOT_FITS: Final = "They fit: see the list above, or offer them."
NEAR: Final = "Would fit if something gave way"
NEAR_LEAD: Final = "Ask the client first. What they say changes their answers, and is kept."
NEAR_MORE: Final = "The best of them. {n} more would fit as well."
GIVES_WAY: Final = "The client says so"
SAID: Final = "What the client said"
GAVE_WAY: Final = "The limit gave way. The suggestions are new."
BOOK: Final = "They accept: book"
SET_FIRST: Final = "Set the first session"
REBOOK: Final = "Change the first session"
FIRST_DAY: Final = "First session on"
FIRST_TIME: Final = "at"
BOOKED: Final = "Booked."
CALENDAR: Final = "Calendar file"
DECLINE: Final = "They decline"
DECLINE_WHY: Final = "Why, as far as they told you?"
DECLINED: Final = "Kept. The place is open again."
LOG: Final = "Log a contact"
WAY: Final = "How?"
AGAIN: Final = "Next step by"
LOGGED: Final = "In the log."
WAIT: Final = "Put on the waiting list"
WAITS: Final = "On the waiting list."
CLOSE: Final = "Close"
CLOSE_WHY: Final = "Why?"
IS_CLOSED: Final = "Closed."
GOES_ON: Final = "Their place with {name}"
PLACE_FREE: Final = "It is free again"
GOES_ON_CHOICES: Final = ("They go on with them", PLACE_FREE)
CHOOSE_GOES_ON: Final = "Say what becomes of their place with {name}."
REOPEN: Final = "Open again"
RAISE: Final = "Raise a safety concern"
RAISE_NOTE: Final = "What did you see or hear?"
RAISED: Final = "On top of everybody's list."
TAKE: Final = "Take it"
TAKEN: Final = "It is yours."
READ: Final = "I have read it"
ERASE_ASKED: Final = "They asked to be erased. Make sure it is them, offer a copy, then erase them or ask the lead."

PLACE_TITLE: Final = "Place the list"
PLACE_LEAD: Final = (
    "One therapist for each person nobody has placed yet, within every limit and caseload: the most people first, "
    "then the most expected benefit. Nothing is offered until you accept it."
)
LEFT_OUT: Final = "Left out: {which}."
LEFT_OUT_WHY: Final[dict[str, str]] = {
    "raised": "{n} with a raised safety concern",
    "unread": "{n} whose words nobody has read yet",
    "to_erase": "{n} who asked to be erased",
    "in_therapy": "{n} who have a therapist and asked for no other",
    "took_back": "{n} who do not agree to being matched",
    "unnamed": "{n} who named no concern",
}
LEFT_OUT_WHO: Final = "Who is left out, and what to do"
LEFT_OUT_DO: Final[dict[str, str]] = {
    "raised": "Call them now, and record the call:",
    "unread": "Open each, read it, and say that you have:",
    "to_erase": "Make sure it is them, then erase them:",
    "in_therapy": "Ask how it goes, then close it; whoever wants somebody else is offered them on their own page:",
    "took_back": "Ask whether they still want a therapist, and keep it by phone intake:",
    "unnamed": "Ask what they want help with, and fill it in by phone intake:",
}
TURNS: Final = "Scarce places go by turn (who waited longest and has the fewest choices)"
NO_LIST: Final = "Nobody is waiting for a place."
KEEP_PAIR: Final = "Keep"
NOT_THEM: Final = "Not them"
ACCEPT: Final = "Accept"
ACCEPT_ALL: Final = "Accept all {n}"
ACCEPT_PAGES: Final = "Accept all {n}, on {pages} pages"
PAGE_OF: Final = "Page (of {pages})"
ACCEPTED: Final = "{n} offered, with a place held for each."
REFUSED: Final = "Not offered: {which}."
SETTLED: Final = "Settled by hand"
LIST_CHANGED: Final = "Somebody changed an enquiry since this plan was made."
SOLVE_AGAIN: Final = "Solve again"
UNDO: Final = "Undo"
PIN: Final = "Place somebody with"
CASELOAD: Final = "Change a caseload"
OPEN_PLACES: Final = "Open places"
KEEP_CASELOADS: Final = "Write these numbers"
WRITE_FIRST: Final = (
    "These offers use open places you tried out and nobody has written yet: {whose}. Nobody can be offered such a "
    "place."
)
WRITE_ONE: Final = "{name} ({tried} instead of {kept})"
WRITE_AND_ACCEPT: Final = "Write these numbers and accept all {n}"
NOT_WRITTEN: Final = "Places you tried out count once you write them: “Write these numbers”."
UNKEPT: Final = "Not kept: {who} with {name}. {why} Everybody else is placed."
CASELOADS_KEPT: Final = "Written."
WHAT_IF: Final = "What would more places do?"
ASK: Final = "Work it out"
LOSS: Final = "{loss:.2f} SD below their own best"
LITTLE: Final = "less than 0.01 SD below their own best"
OWN_BEST: Final = "their own best"

COMPLETE: Final = "Complete by phone"
CHANGE_WHY: Final = "Why they would like to change"
CHANGE_FROM: Final = "Now with {name}, after session {n}"
FIT_CODE: Final = "Code for a fit check"
FIT_AFTER: Final = "After which session?"
FIT_CODE_LEAD: Final = "They type it on the page {address} within four weeks. It is shown once: write it down."
EVENTS["change_asked"] = "Asked to change therapist"
EVENTS["fit_note"] = "Wrote words in a fit check that the rules cannot read"
EVENTS["talk_asked"] = "Asked for a call about how it is going"
EVENTS["fit_told"] = "Said how it is going: to be read"
EVENTS["fit_read"] = "Read how it is going"
EVENTS["phone_intake"] = "Phone intake"
EVENTS["consent_changed"] = "Changed what they agree to"
EVENTS["waits_since"] = "Waits since they first wrote"
EVENTS["consent_withheld"] = "Did not agree to being matched"

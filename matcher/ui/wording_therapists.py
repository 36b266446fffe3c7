"""The words of the therapists' pages, for staff and for therapists themselves."""

from typing import Final

TITLE: Final = "Therapists"
REMIND: Final = "Open places to confirm ({n})"
REMIND_LEAD: Final = "Nobody confirmed these for a month. Clients are told when places were last confirmed."
CONFIRM: Final = "Confirmed today"
CONFIRMED: Final = "Kept."
EDIT: Final = "Therapist"
KEEP: Final = "Keep"
KEPT: Final = "Kept. It is in force from now on."
TYPED_AGAIN: Final = (
    "What you typed stands in the form below again, with what the other person changed. Where both of you changed the "
    "same, yours is in the form and both are named here. Look, then keep it."
)
BOTH_CHANGED: Final = "{field}: now “{now}”, you typed “{typed}”"
NOTHING: Final = "nothing"
NOT_TYPED: Final = "Leave out what I typed"
OWN_LIMITS: Final = "Limits they set themselves"
LIMITS_LEAD: Final = "These always hold: nobody is suggested, placed or offered against them."
PRIMARY: Final = "Concerns put first (at most three)"
DECLINED: Final = "Concerns not taken on"
LEAVE_FROM: Final = "Leave from"
LEAVE_UNTIL: Final = "Leave until"
LANGUAGES_HELP: Final = "In English, with ; between them: english; arabic"
LINK: Final = "Make a link for them"
LINK_LEAD: Final = (
    "With this link they keep their own profile for three months. It is shown once: copy it and send it to them, and "
    "to nobody else. An earlier link ends. Whoever cannot click types what follows the #."
)
AWAY: Final = "On leave"
OWN_TITLE: Final = "Your profile"
OWN_LEAD: Final = "Open the link the clinic gave you, or paste it here. What follows its # is enough."
OWN_CODE: Final = "Link or code"
OWN_OPEN: Final = "Open"
OWN_WRONG: Final = "This link or code opens nothing. Check it, or ask the clinic for another."
OWN_TRIES: Final = "Too many wrong ones. Try again later, or ask the clinic."
OWN_STALE: Final = (
    "The clinic changed this meanwhile, or one of your places was taken or given back. Nothing of yours was kept yet."
)
OWN_TYPED_AGAIN: Final = (
    "What you typed stands in the form below again, with what the clinic changed. Where both changed the same, yours "
    "is in the form and both are named here. Look, then keep it."
)
OWN_KEPT: Final = "Thank you. Your profile and open places are up to date."
FIELDS: Final[dict[str, str]] = {
    "name": "Name",
    "gender": "Gender",
    "profession": "Profession",
    "years_experience": "Years of experience",
    "concerns": "Concerns they work with",
    "modalities": "Ways of working",
    "languages": "Languages",
    "age_groups": "Ages",
    "formats": "Meeting",
    "fee": "Fee of one session ($)",
    "funding": "Ways of paying",
    "availability": "Times",
    "capacity": "Open places for new clients",
    "next_opening": "Next opening",
    "identities": "Communities they are trained with",
    "directiveness": "Who steers",
    "emotional_intensity": "Closeness to feelings",
    "past_focus": "Present or past",
    "challenge": "Support or challenge",
    "bio": "A few sentences for clients",
    "primary_concerns": PRIMARY,
    "declined_concerns": DECLINED,
    "leave_from": LEAVE_FROM,
    "leave_until": LEAVE_UNTIL,
}

FILES_TITLE: Final = "Practice files"
FILES_LEAD: Final = (
    "Take in an export of your practice software: a CSV file, at most 1 MB. Say once which column is which; it is "
    "remembered. Nothing is changed before you have looked at it."
)
KIND: Final = "What is in the file?"
KINDS: Final[dict[str, str]] = {
    "therapists": "Therapists",
    "clients": "Clients waiting",
    "episodes": "Courses of therapy",
}
KIND_LEADS: Final[dict[str, str]] = {
    "therapists": "One row a therapist. All rows are taken in, or none.",
    "clients": (
        "One row a client. Who has no enquiry and no course of therapy yet comes into the list of enquiries; who may "
        "be in danger comes to its top. An empty cell keeps what we know. A time without a zone is "
        "read as your clinic's own: an hour that comes twice when clocks go back as the first of them, and an hour "
        "that clocks skip as the one after."
    ),
    "episodes": "One row a course of therapy. Its client and therapist must be known here.",
}
WORDS_TITLE: Final = "What do their words mean?"
WORDS_LEAD: Final = "These words are not ours. A row with a word nobody explains is not taken in."
WORD_UNKNOWN: Final = "Not known"
CALL_NOW: Final = (
    "Row {row} may speak of danger and cannot be taken in as it is. Call this person now, or mend the row."
)
DAY_FIRST: Final = "Dates in “{column}” are read day first: {written} is {day}. If that is wrong, do not take them in."
MONTH_FIRST: Final = (
    "“{column}” holds {written}, which has no month if the day comes first. So no date in numbers of this column is "
    "read. Save the file with dates such as 2026-12-31."
)
RAISED: Final = "May be in danger, and will be on top of the list of enquiries: {n}."
ASIDE: Final = "Rows that would be set aside: {n}. The rest can be taken in."
ASIDE_MORE: Final = "and {n} more"
FILE: Final = "CSV file"
MAP: Final = "Columns as remembered"
MAP_NONE: Final = "As guessed from their names"
MAP_NAME: Final = "Remember these columns as (optional)"
COLUMNS_TITLE: Final = "Which column is which?"
LEFT_OUT: Final = "Left out"
PREVIEW: Final = "What it would become ({n})"
TAKE_IN: Final = "Take them in ({n})"
TAKEN_IN: Final = "Taken in: {added} new, {changed} changed, {unchanged} as they were."
LOOKING: Final = "Reading every row…"
TAKING_IN: Final = (
    "Taking them in: {done:,} of {n:,}. Wait until it is done: whatever else you press here stops it, and then nothing "
    "is kept."
)
STOPPED: Final = "Taking them in was stopped before its end. Nothing was taken in: press the button again."

"""Where the app's own pages are, and the files and plain pages beside them."""

from typing import Final

#: Files for whoever is signed in: a file's name has an ending, so that no page is served in its place.
DOWNLOADS: Final = "/exports"
CLIENT_DATA: Final = f"{DOWNLOADS}/client-data.zip"
HANDOVER_SHEET: Final = f"{DOWNLOADS}/handover.txt"
#: A therapist's own outcomes.
OWN: Final = "/my-outcomes.html"
#: A therapist's own profile: the page, and the link that opens it.
PROFILE: Final = "/my-profile"
PROFILE_LINK: Final = f"{PROFILE}.html"
#: Every page there is, the first one's name being "": what is at no other address is said without loading any page.
PAGES: Final[tuple[str, ...]] = (
    "", "before", "by-phone", "later", "return", "who", "words", "safety", "concerns", "weight", "hopes", "past",
    "past-helped", "past-not", "style", "hard-times", "comfort", "training", "at-ease", "meeting", "times", "cost",
    "you", "last", "matches", "compare", "request", "sent", "summary", "fit", "help", "my-profile",
    "enquiries", "enquiry", "place-list", "therapists", "practice-files", "phone-intake", "outcomes",
    "therapist-outcomes", "past-matches", "ranking-model", "people", "audit-log", "account", "client-data",
    "erase-client",
)  # fmt: skip

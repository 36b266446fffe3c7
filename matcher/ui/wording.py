"""Sentences every client page shares: the shell, its buttons, and when something breaks. Plain words, no claims.

The other modules named ``wording_`` hold those of one area each; questions are in ``matcher.intake.questionnaire``.
"""

SITE_TITLE = "Find a therapist"

# The shell around every page.
CRISIS_LABEL = "Crisis help"
CRISIS_LEAD = "In crisis?"
MORE_LINES = "More help lines"
LEAVE = "Leave this site"
LOADING = "This page is opening. It can take a little while on a slow connection, and it needs JavaScript."
LOADING_CALL = (
    "You do not need this page. Call the clinic on {phone} ({hours}) and a person will help you find a therapist."
)
NOT_FOUND_TITLE = "This page is not here"
NOT_FOUND_TEXT = "The address may have been mistyped. Nothing you wrote is lost."
NOT_FOUND_LINK = "Go to the first page"

# Buttons and small words.
BACK = "Back"
CONTINUE = "Continue"
SEE_MATCHES = "See who could suit you"
SEE_NOW = "See who could suit you now"
STEP = "Step {number} of {total}"
PROBLEM = "There is a problem"
ERROR = "Error:"
DELETE = "Delete my answers"
DELETED = "Your answers have been deleted."
DELETED_HERE = (
    "Your answers are gone from this browser. What you sent is with the clinic, and a person there will erase it."
)

# Where a promise was not kept.
LATE = "We are late, and we are sorry. Please call {phone}."

# When something breaks.
TROUBLE_TITLE = "Something went wrong on our side"
TROUBLE = "Your answers are kept. Reload the page to try again, or call {clinic} on {phone} ({hours})."

"""Every sentence of the matches, compare and request pages, in one place for translation. Plain words, no claims."""

# Matches page.
MATCHES_TITLE = "People who could suit you"
MATCHES_LEAD_ONE = "One person fits what you told us."
MATCHES_LEAD = "Out of {eligible} people who fit your limits, these are the {shown} to look at first."
MATCHES_LEAD_ALL = "These are the {shown} people who fit your limits."
MATCHES_TALK = "None of these feels right? That is useful to know. Call {phone} and a person will look with you."
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MEETS = "Meets"
OR = "or"
FITS = "What fits"
RECEIPT = "What you asked for"
WORTH_KNOWING = "Worth knowing"
ASK = "Questions for a first call"
MUST_HAVE = " (must have)"
#: What to ask when it is not known whether a wish is honoured, by the wish's column.
QUESTIONS = {
    "languages": "Could we talk in the language I would like?",
    "formats": "Could we meet in the way I would like?",
    "max_fee": "What does a session cost, and is there a rebate?",
    "funding": "Which ways of paying do you accept?",
    "therapist_gender": "What is your gender?",
    "modalities": "Do you offer the kind of therapy I have in mind?",
    "identities": "Have you been trained to work with people from my community?",
    "directiveness": "Do you set a plan for sessions, or follow what the person brings?",
    "emotional_intensity": "How closely do you go into strong feelings?",
    "past_focus": "Do you work more with what is happening now, or with where it comes from?",
    "challenge": "Do you mostly encourage people, or also push them a little?",
    "availability": "Are you free at times that suit me?",
    "max_distance_km": "Where are your rooms?",
    "next_opening_by": "When could I have a first session?",
}
HONOURED, NOT_HONOURED, UNKNOWN = "Yes", "No", "Not known"
OPENING = "First opening {date}"
OPENING_CONFIRMED = "First opening {date}, confirmed {confirmed}"
OPENING_UNKNOWN = "First opening not known, ask the clinic"
FEE = "${fee:,.0f} a session before any rebate"
FEE_UNKNOWN = "Fee not known, ask the clinic"
SHOW_MORE = "Show more people"
WHY_ORDER = "Why this order?"
WHY_ORDER_TEXT = (
    "People who work with what weighs most for you come first. After that the order draws on published research, on "
    "each person's training and experience, and on your wishes. Nobody can pay to be higher."
)
NOT_READY_TITLE = "We need one more answer"
NOT_READY_GO = "Go to that question"
NOBODY_TITLE = "Nobody here fits all of that right now"
NOBODY_LEAD = "That is about our places, not about you. These small changes would help, the smallest first:"
NOBODY_NONE = "No single change would open a place here right now."
NOBODY_CHANGE = "Change my limits"
NOBODY_CALL = "Or call {clinic} on {phone} ({hours}). They know about places elsewhere too."

"""Every sentence of the matches, compare, request and summary pages, in one place. Plain words, no claims."""

# Matches page.
MATCHES_TITLE = "People who could suit you"
MATCHES_LEAD_ONE = "One person fits your limits."
MATCHES_LEAD = "Out of {eligible} people who fit your limits, these are the {shown} to look at first."
MATCHES_LEAD_ALL = "These are the {shown} people who fit your limits."
MATCHES_TALK = "None of these feels right? That is useful to know. Call {phone} and a person will look with you."
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
MEETS = "Meets {ways}"
FITS = "What fits"
FITS_EVERYTHING = "Meets every wish you named."
RECEIPT = "What you asked for"
WORTH_KNOWING = "Worth knowing"
ASK = "Questions for a first call"
MUST_HAVE = "{wish} (must have)"
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
    "rebate": "What would I pay after the Medicare rebate?",
}
HONOURED, NOT_HONOURED, UNKNOWN = "Yes", "No", "Not known"
OPENING_CONFIRMED = "A place is free from {date}, confirmed {confirmed}"
OPENING_STALE = "A place may be free from {date}, last confirmed {confirmed}"
OPENING_UNCONFIRMED = "A place may be free from {date}, not confirmed lately"
OPENING_NOW_CONFIRMED = "A place is free now, confirmed {confirmed}"
OPENING_NOW_STALE = "A place may be free now, last confirmed {confirmed}"
OPENING_NOW_UNCONFIRMED = "A place may be free now, not confirmed lately"
OPENING_UNKNOWN = "First opening not known, ask the clinic"
FEE = "{fee} a session before any rebate"
FEE_NOTHING = "No fee for a session"
FEE_UNKNOWN = "Fee not known, ask the clinic"
AFTER_REBATE = "About {gap} after the Medicare rebate"
AFTER_REBATE_NONE = "Usually no Medicare rebate, so ask first"
AFTER_REBATE_UNKNOWN = "Cost after the Medicare rebate not known"
REBATE_NOTE = (
    "The Medicare rebate is for people with a Mental Health Treatment Plan from a GP. "
    "Costs after it use the amounts of {since}, so check them when you book."
)
BULK_BILLING = "Offers bulk billing. Ask if it would apply to you."
SHOW_MORE = "Show more people"
CHOOSE = "Ask for {name}"
COMPARE = "Compare side by side"
OTHER_QUESTIONS = "Answer the other questions"
CHOOSE_FOR_ME = "You choose for me"
CALL_ME = "Please call me"
NONE_OF_THESE = "None of these feels right?"
NONE_OF_THESE_TEXT = "You owe nobody a reason. A person can look with you: call {phone} ({hours}), or let us call you."

# Why this order.
WHY_ORDER = "Why this order?"
WHY_ORDER_TEXT = (
    "People who work with what weighs most for you come first. After that the order draws on published research, on "
    "each person's training and experience, and on your wishes. Nobody can pay to be higher."
)
PAST_MATCHES = "The order also draws on how past matches at this clinic went."
PAST_MATCHES_NOT_YET = "Past matches at this clinic have no say in the order yet."
PAST_MATCHES_SWITCH = "Let past matches at this clinic have a say in the order"
PAST_MATCHES_OFF = "Past matches have no say now. The order draws on published research and on your wishes."

# What matters most.
MATTERS = "What matters most to you?"
MATTERS_LEAD = (
    "The order changes as you choose, and somebody else may come into view. Your must-haves stay as they are."
)
MATTERS_NONE = "By what you told us, these people are level, so there is nothing to weigh against each other yet."
MATTERS_GROUPS = {
    "help": "What I want help with",
    "way": "How they work",
    "who": "Who they are",
    "soon": "Soon and near",
    "cost": "Cost",
}
MATTERS_LEVELS = {"more": "More", "now": "As now", "less": "Less"}
MOVED_SAME = "The order stays the same: these people would come first either way."
MOVED_UP = "{name} moved up from {before} to {after}: better on “{group}”."
MOVED_DOWN = "{name} moved down from {before} to {after}: others do better on “{group}”."
MOVED_IN = "{name} is new here: better on “{group}”."
MOVED_OUT = "{name} still fits, but is no longer among the people shown here."
MOVED_UP_PLAIN = "{name} moved up from {before} to {after}."
MOVED_DOWN_PLAIN = "{name} moved down from {before} to {after}."
MOVED_IN_PLAIN = "{name} is new here."

# What giving something up would open.
TRADE_OFFS = "If you could bend a little"
TRADE_MORE = "{limit}: {count} more."
TRADE_ONE = "{limit}: one more person."
TRADE_MORE_WEEKS = "{limit}: {count} more, first opening {weeks} weeks sooner."
TRADE_MORE_WEEK = "{limit}: {count} more, first opening a week sooner."
TRADE_MORE_DAYS = "{limit}: {count} more, first opening {days} days sooner."
TRADE_MORE_DAY = "{limit}: {count} more, first opening a day sooner."
TRADE_ONE_WEEKS = "{limit}: one more person, first opening {weeks} weeks sooner."
TRADE_ONE_WEEK = "{limit}: one more person, first opening a week sooner."
TRADE_ONE_DAYS = "{limit}: one more person, first opening {days} days sooner."
TRADE_ONE_DAY = "{limit}: one more person, first opening a day sooner."
TRADE_LIMITS = {
    "availability": "If the times you chose were not a must",
    "next_opening_by": "If you could wait longer for a first session",
    "max_distance_km": "If you could travel further",
    "max_fee": "If you could pay more than you said for a session",
    "formats": "If you could meet in another way",
    "funding": "If you could pay in another way",
    "languages": "If another language were fine",
    "therapist_gender": "If their gender were not a must",
    "identities": "If training with your community were not a must",
    "modalities": "If the kind of therapy were not a must",
    "directiveness": "If who steers the sessions were not a must",
    "emotional_intensity": "If how close they go to feelings were not a must",
    "past_focus": "If talking about now or the past were not a must",
    "challenge": "If warmth or a push were not a must",
}

# Not ready, and nobody fits.
NOT_READY_TITLE = "We need one more answer"
NOT_READY_GO = "Go to that question"
NOBODY_TITLE = "Nobody here fits all of that right now"
NOBODY_LEAD = "That is about our places, not about you. These changes would help, the smallest first:"
NOBODY_NONE = "No single change would open a place here right now."
NOBODY_CHANGE = "Change my limits"
NOBODY_CALL = "Or call {clinic} on {phone} ({hours}). They know about places elsewhere too."
WAIT_TITLE = "Waiting for a place here"
WAIT_ONE = "One person fits what you asked for but has no open place now."
WAIT_SOME = "{count} people fit what you asked for but have no open place now."
WAIT_FIRST = "The first of them expects a place on {date}. They said so on {confirmed}. It can change."
WAIT_FIRST_UNCONFIRMED = (
    "The first of them expects a place on {date}. That has not been confirmed lately, so it can change."
)
WAIT_UNKNOWN = "We cannot say how long the wait would be. Nobody has given a date."
WAIT_NOBODY = "Nobody here who fits has a place opening, so we cannot promise that waiting would help."
WAIT_JOIN = "Put me on the waiting list"
ELSEWHERE_TITLE = "Other places to ask"
ELSEWHERE_LEAD = "These are not part of our clinic. Numbers can change, so check them if a call does not go through."
ELSEWHERE_COST = "For {purpose} ({cost})"

# Compare page.
COMPARE_TITLE = "Side by side"
COMPARE_CAPTION = "The first people on your list, and what you asked for"
COMPARE_WHO = "About them"
COMPARE_NONE = "There is nobody to compare yet."
COMPARE_WHAT = "What"
PROFESSION = "Profession"
HOW_TO_MEET = "How to meet"
FIRST_OPENING = "First opening"
COST = "Cost"
NOTHING_SAID = "Nothing more to say"
NOT_SAID = "Not known"
BACK_TO_MATCHES = "Back to the people"

# Request page.
REQUEST_TITLE = "How can we reach you?"
REQUEST_WANTS = {
    "therapist": "You are asking for {name}.",
    "choose_for_me": "You are asking us to choose for you.",
    "call_me": "You are asking us to call you.",
    "wait": "You are asking to be on the waiting list.",
}
#: In place of a name that the clinic no longer has.
WHOM_YOU_CHOSE = "the person you chose"
REQUEST_LEAD = (
    "We need one way to reach you, and to know if that way is safe. Everything else is up to you. "
    "Only the people who arrange therapy at this clinic see this."
)
REQUEST_CARER = 'Here, "you" means you, the person filling this in.'
REQUEST_OTHER = "Ask for something else"
NAME = "What should we call you? (optional)"
NAME_HELP = "Any name you like. It need not be the one on your papers."
PRONOUNS = "Your pronouns (optional)"
PRONOUNS_HELP = "So that we speak of you in the right way."
PHONE = "Phone number"
EMAIL = "E-mail address"
ONE_OF_TWO = "A phone number or an e-mail address: one is enough"
SAFE_TITLE = "What is safe for you?"
SAFE_LEAD = (
    "Somebody else may see your phone or hear a message. Tick each way that is safe. We will use no other way, "
    "and we say nothing about therapy to anybody else."
)
SAFE = {
    "phone": "You may ring me",
    "voicemail": "You may leave a message",
    "text": "You may send me a text",
    "email": "You may e-mail me",
}
NOTE = "Anything we should know before we reach you? (optional)"
NOTE_HELP = "For example good times to call, or a name to ask for."
SEND = "Send my request"
PROBLEM_NO_WAY = "Give a phone number or an e-mail address, so that we can reach you."
PROBLEM_PHONE_NEEDED = "Give a phone number, since you asked us to call you."
PROBLEM_PHONE = "This phone number does not look complete. Write it with its area code, for example 02 5550 0142."
PROBLEM_EMAIL = "This e-mail address does not look complete. It needs an @ and a dot, like name@example.org."
PROBLEM_SAFE = "Tick at least one safe way to reach you. It has to go with the number or address you gave."
PROBLEM_CALL_SAFE = "You asked us to call you, so tick that we may ring you, or ask for something else."
PROBLEM_LONG = "Please shorten this: at most {most} characters."

# Sent.
SENT_TITLE = "We have your request"
SENT_REFERENCE = "Your reference is **{reference}**. Quote it if you call."
SENT_WRITE_DOWN = "Write it down. Later this page may no longer show it, and we still have your request."
SENT_NEXT = "What happens next"
SENT_BY = "A person answers by {when}. They reach you only in the ways you said are safe."
SENT_LOOK_AGAIN = "We look again by {when}. We reach you only in the ways you said are safe."
SENT_TOOK_BACK = (
    "You do not agree that we suggest therapists, so we suggest nobody now. A person first asks what you want. "
    "To ask for somebody again, press *See or change what you agreed to*."
)
SENT_NOT_LIVE = "Nobody watches this page live. If you need help sooner, the numbers at the bottom are there for you."
SENT_THERAPIST = "We check that {name} still has a place, and offer you a first session."
SENT_CHOOSE = "We look at what you told us and suggest somebody, with the reasons."
SENT_WAIT = "We put you on the waiting list, and offer you a place as soon as one opens that fits."
SENT_WAITING = "We offer you a place as soon as one opens that fits."
SENT_CALL = "We call you, listen, and look for somebody together with you."
SENT_FREE = "You can say no to anything we suggest. You need not explain."
SENT_CHANGE = "Change my request"
SENT_CONSENT = "See or change what you agreed to"
SENT_WITHDRAW = "Take my request back and have my answers erased"
SENT_SUMMARY = "My summary, to print or save"
SENT_NONE_TITLE = "We cannot see a request in this browser"
SENT_NONE = (
    "If you sent one earlier, call {phone} and say your reference. If you have not sent one, you can look at the "
    "people who could suit you first."
)
SENT_GONE_TITLE = "We no longer have your request"
SENT_GONE = "It has been erased here. You can look at the people who could suit you, and send a new one."
SENT_LOOK = "See who could suit me"
STATES = {
    "new": "We have it. It waits for a person to read it.",
    "contacted": "You and the clinic have been in touch, or we are looking again.",
    "offered": "A therapist has been suggested to you.",
    "booked": "A first session is booked.",
    "waiting": "You are on the waiting list.",
    "closed": "This request is closed. You can send a new one, or call us.",
}
STATE_NOW = "Where it is now"

# Summary.
SUMMARY_TITLE = "Your summary"
SUMMARY_LEAD = (
    "This is what you told us, so that you need not tell it again. It is made for you only when you open this page. "
    "If you print or save it, keep it where it is safe."
)
SUMMARY_PRINT = "Print"
SUMMARY_SAVE = "Save as a file"
SUMMARY_OWN_WORDS = "In your words"
SUMMARY_ANSWERS = "What you told us"
SUMMARY_PEOPLE = "People you looked at"
SUMMARY_REQUEST = "Your request"
SUMMARY_WEIGHED = "{concern}: {weight}"
SUMMARY_REFERENCE = "Reference {reference}."
SUMMARY_EMPTY = "You have not answered anything yet."
SUMMARY_HELP = "If you are in danger or cannot go on, call {number} ({service})."

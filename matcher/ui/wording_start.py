"""Sentences of the pages around the questions: first page, consent, coming back, by phone, help. No claims."""

# First page.
START_TITLE = "Find a therapist you could talk to"
START_LEAD = "Tell us a little about what is going on. Then you see up to three people who could suit you."
START_POINTS = (
    "**Five to ten minutes.** You can skip almost every question.",
    "**You do not give your name to start.**",
    "**A person can do this with you instead.** Call {phone}, {hours}.",
    "**Nobody watches this form live.** If you need help now, call a number at the bottom of any page.",
)
START_SCREEN_TITLE = "Could someone see your screen?"
START_SCREEN = (
    "*Leave this site*, or Shift three times, opens a weather page at once and clears your answers here. "
    "Your browser's history stays."
)
START = "Start"
START_GO_ON = "Go on where you stopped"
START_CODE = "I have a code to come back"
DEMO = "This is a demonstration. The clinic, its phone number and its therapists are made up."

# Before the first question.
BEFORE_TITLE = "Before you start"
BEFORE_WHAT = "What happens to your answers"
BEFORE_POINTS = (
    "{clinic} uses them to find you a therapist who fits.",
    "They stay on the clinic's own computer, locked with a key. No other company gets them.",
    "Nobody reads them while you answer. Once you see your list, the clinic keeps them, for its staff only.",
    "How matches went helps to order later lists. If you see a therapist here, yours does too.",
    "If you tell us that someone is in danger, a person at the clinic is told at once.",
)
BEFORE_MORE = "How long we keep them, and what you can ask for"
BEFORE_MORE_POINTS = (
    "If you stop before your list, we delete your answers after two hours. With a code to come back, we keep them for "
    "14 days.",
    "The clinic keeps them too once you ask it for something, such as a call.",
    "Leaving this site deletes nothing that the clinic keeps.",
    "Call {phone} to see what we hold about you, to have it put right, or to complain.",
)
BEFORE_AGREE = "Do you agree?"
CONSENT_MATCHING = "Yes, {clinic} may use my answers to suggest therapists"
CONSENT_RESEARCH = (
    "Yes, if my answers are erased, the clinic may keep how my therapy went, with nothing that points to me (optional)"
)
CONSENT_BACK = "You can take this back, on this page or by phone."
CONSENT_FREE = (
    "This is up to you and changes nothing about the help you get. "
    "You can take it back on the page *Before you start*, or by phone."
)
CONSENT_KEPT = "We have noted what you agree to now."
CONSENT_NEEDED = "Tick the box to go on. If you would rather not, call {phone} and a person will help you."

# Better by phone.
CALL_TITLE = "This is better by phone"
CALL_COUPLE = (
    "This form finds a therapist for one person. If you want to see someone together, please call us. "
    "A person will look for someone who works with couples or families."
)
CALL_COUPLE_GO = "Go on for myself only"
CALL_ADULT = (
    "An adult has to agree before we look for someone. You could do this form side by side, or ask them to call us. "
    "You can also call us yourself, to ask how to support them."
)
CALL_YOUNG = (
    "We are glad you came. If you are under 12, an adult has to do this with you. It can be a parent, a teacher or "
    "someone else you trust."
)
CALL_YOUNG_LINE = "You can also talk to {service}, for free: {number}."
CALL_YOUNG_GO = "An adult is here with me"
CALL_US = "Call {clinic} on {phone} ({hours})."

# Save and come back.
LATER = "Save and come back later"
LATER_TITLE = "Come back later"
LATER_LEAD = "You can stop here and go on later, on this device or on another one. You need a code for that."
LATER_POINTS = (
    "With the code, we keep your answers for 14 days. Without it, for two hours.",
    "We show the code once. Write it down or take a picture.",
    "Anyone who has the code can read your answers. Keep it where only you can see it.",
)
LATER_SHOW = "Show my code"
LATER_CODE = "Your code"
LATER_HOW = "To come back, open this site, choose *I have a code to come back*, and type the code."
LATER_CLOSED = "Your answers are saved. You can close this page now."
LATER_NONE = (
    "Your browser does not let us keep your place, so we cannot make a code. You can go on now, or call {phone}."
)
LATER_BACK = "Go back to my answers"
RETURN_TITLE = "Come back with a code"
RETURN_CODE = "Your code"
RETURN_WHY = "16 letters and numbers. Small letters and spaces are fine."
RETURN_GO = "Show my answers"
RETURN_BLANK = "Type your code."
RETURN_WRONG = (
    "We found no answers for this code. Check each letter. A code works for 14 days. After ten wrong codes, wait a "
    "quarter of an hour."
)
RETURN_LOST = "Have you lost it? You can start again, or call {phone}."
RETURNED = "Welcome back. Your answers are as you left them."

# Help page.
HELP_TITLE = "Let's get you to a person first"
HELP_LEAD = "Thank you for telling us. You matter, and talking to someone now comes before any form."
HELP_NOW = "Who you can call now"
HELP_HOURS = "{purpose}, {hours}"
HELP_ALWAYS = "day and night"
HELP_HONEST_TITLE = "What happens with what you told us"
HELP_SENT = "It is now at the top of our staff's list. A person at the clinic will read it by **{when}**."
HELP_REFERENCE = "Your reference is **{reference}**. You can say it when you call us."
HELP_SEEN = (
    "A person at the clinic has dealt with this since you told us. If things are bad again, call one of the numbers "
    "above, or ask us to call you."
)
HELP_NOT_LIVE = "Nobody watches this form live. If you cannot wait, please call one of the numbers above."
HELP_NOT_SENT = (
    "Something broke on our side, and nobody has been told what you wrote. Please call one of the numbers above, "
    "or {clinic} on {phone} ({hours})."
)
HELP_STOPPED = (
    "We have stopped suggesting therapists for now. You did nothing wrong. A person can listen, and a form cannot."
)
HELP_FORM_TITLE = "Would you like us to call you?"
HELP_FORM_LEAD = "You do not have to. If you leave a number, a person from the clinic calls you."
HELP_NAME = "A name we can call you (optional)"
HELP_PHONE = "Your phone number"
HELP_SAFE = "Is it safe to leave a message there?"
HELP_SAFE_YES = "Yes"
HELP_SAFE_NO = "No, only talk to me"
HELP_NOTE = "Is there something we should know first? (optional)"
HELP_NOTE_WHY = "For example a good time to call, or that we got you wrong."
HELP_ASK = "Ask the clinic to call me"
HELP_PHONE_NEEDED = "Write a phone number with its area code, for example 02 5550 0142."
HELP_WILL_CALL = "Thank you. A person from the clinic will call you by {when}."
HELP_NEXT_TITLE = "Would you rather call us?"
HELP_NEXT = (
    "Call {clinic} on {phone} ({hours}). You do not have to tell it all again. A person can look for a therapist "
    "together with you."
)
HELP_MISTAKEN_TITLE = "Did we get it wrong?"
HELP_MISTAKEN_RULE = "A simple rule read your words, and it can be wrong."
HELP_MISTAKEN = (
    "Please tell us when we talk. "
    "The person you talk to can look at the list with you. You can also ask us to delete your answers, and start again."
)
HELP_BACK = "Go back to my answers"
MOMENT = "{clock} on {weekday} {day}"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

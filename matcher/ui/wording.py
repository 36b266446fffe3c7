"""Every sentence of the client's pages that is not a question, in one place for translation. Plain words, no claims."""

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
START = "Start"
SEE_MATCHES = "See who could suit you"
STEP = "Step {number} of {total}"
PROBLEM = "There is a problem"
DELETE = "Delete my answers"
DELETED = "Your answers have been deleted."
DEMO = "This is a demonstration. The clinic, its phone number and its therapists are made up."

# First page.
START_TITLE = "Find a therapist you could talk to"
START_LEAD = (
    "A few questions about what is going on and what would suit you. Then up to three people who could be a fit."
)
START_POINTS = (
    "**About five minutes.** Almost every question can be skipped.",
    "**Your answers stay on the clinic's own computer.** They are sent to nobody, and we do not ask your name. "
    "They are deleted about two hours after you stop, or at once if you ask.",
    "**A person can do this with you instead.** Call {phone}, {hours}.",
    "**Nobody watches this form live.** If you need help now, call a number at the bottom of the page. "
    "They are there on every page.",
    "**Under 18?** You can use this too, alone or with an adult you trust.",
    "**Could someone see your screen?** The *Leave this site* button, or pressing Shift three times, goes straight "
    "to a weather page and deletes your answers. It cannot clear your browser's history.",
)

# Question pages.
WORDS_TITLE = "What has been going on?"
# Not a question itself: a "No" under "are you safe?" would mean its opposite.
SAFETY_TITLE = "A question about your safety"
CONCERNS_TITLE = "What would you like help with?"
CONCERNS_SUGGESTED = "From what you wrote, it may be about:"
CONCERNS_CONFIRM = "Tick what is right. Leave what is not."
CONCERNS_UNSURE = "We could not tell from your words what it is about, so please choose below."
CONCERNS_LIST = "Choose from the list"
CONCERNS_MORE = "Choose other things from the list"
CONCERNS_NONE = "Choose at least one thing, so that we know whom to suggest. If nothing here is right, call {phone}."
CONCERNS_CHOSEN = "You have chosen: {names}."
DOMAINS = {
    "mood": "Mood, loss and change",
    "anxiety": "Worry and fear",
    "trauma": "Hard experiences and strong feelings",
    "relational": "Family, partners and friends",
    "addiction": "Alcohol, drugs, gambling and anger",
    "body": "Body, sleep and health",
    "work_neuro": "Work, study, ADHD and autism",
    "identity": "Identity and belonging",
}
WEIGHT_TITLE = "How much is it weighing on you?"
WEIGHT_NOTHING = "You have not chosen anything yet. Go back to choose."
STYLE_TITLE = "How would you like a therapist to work with you?"
STYLE_LEAD = "There are no right answers. Skip any you are not sure about."
COMFORT_TITLE = "Who would you feel comfortable with?"
COMFORT_LEAD = "Say as much or as little as you like. Leaving something blank never counts against you."
APPROACH_OPEN = "I have a kind of therapy in mind (optional)"
MEETING_TITLE = "How and when could you meet?"
COST_TITLE = "What about cost?"
FEE_PLACEHOLDER = "For example 150"
LAST_TITLE = "Two last things"
AVOID_PLACEHOLDER = "Choose names"

# Help page.
HELP_TITLE = "Let's get you to a person first"
HELP_LEAD = "Thank you for telling us. What you are carrying matters, and talking to someone now comes before any form."
HELP_NOW = "Who you can call now"
HELP_HOURS = "{purpose}, {hours}"
HELP_ALWAYS = "day and night"
HELP_HONEST_TITLE = "What happens with what you wrote"
HELP_HONEST = (
    "Nobody watches this form live, and nobody has been told what you wrote. We have stopped suggesting therapists "
    "for now. That is not because you did anything wrong. It is because a person can listen and a form cannot."
)
HELP_NEXT_TITLE = "What you can do next"
HELP_NEXT = (
    "When you are safe enough to talk, call {clinic} on {phone} ({hours}). Tell them you would like help "
    "finding a therapist. You do not have to explain everything again. They can look for someone together with you."
)
HELP_MISTAKEN = "If we misunderstood, go back and change your answer."
HELP_CHANGE = "Change my answer"

# When something breaks.
TROUBLE_TITLE = "Something went wrong on our side"
TROUBLE = "Your answers are kept. Reload the page to try again, or call {clinic} on {phone} ({hours})."

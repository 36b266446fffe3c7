"""Sentences of the question pages that are no question themselves, in one place for translation."""

CAN_SKIP = "You can skip this page."
SEEN = "Only the clinic's staff see this."

WHO_TITLE = "Who is this for?"
WHO_CHILD = 'Answer as they would, as well as you can. From here on, "you" means them.'
WHO_ADULT = 'Fill it in together if you can. From here on, "you" means them.'
WHO_YOUNG = "You can do this by yourself. Before a first session, the clinic talks with you about who else has to know."
WHO_AGE_OF_THEM = "How old are they?"
WORDS_TITLE = "What has been going on?"
# Not a question itself: a "No" under "are you safe?" would mean its opposite.
SAFETY_TITLE = "A question about your safety"
SAFETY_OF_THEM = (
    "Are they thinking about ending their life or hurting themselves? Are you? "
    "Or is someone putting one of you or another person in danger?"
)
SAFETY_UNREAD = (
    "We have a rule that looks for danger in what people write. It could not read all of your words. "
    "A person at the clinic will read them once you send your answers. So please take care with this question."
)
CONCERNS_TITLE = "What would you like help with?"
CONCERNS_SUGGESTED = "From what you wrote, it may be about:"
CONCERNS_CONFIRM = "Tick what is right."
CONCERNS_UNSURE = "We could not tell from your words what it is about, so please choose below."
CONCERNS_LIST = "Choose from the list"
CONCERNS_MORE = "Choose other things from the list"
CONCERNS_NONE = "Choose at least one thing, so that we know who to suggest. If nothing here is right, call {phone}."
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
HOPES_TITLE = "What do you hope for?"
PAST_TITLE = "Have you had therapy before?"
PAST_HELPED_TITLE = "What helped last time?"
PAST_NOT_TITLE = "What did not help?"
STYLE_TITLE = "How would you like a therapist to work with you?"
STYLE_LEAD = "There are no right answers. Skip any you are not sure about."
HARD_TITLE = "What helps you when it gets hard?"
COMFORT_TITLE = "Who would you feel at ease with?"
COMFORT_LEAD = "Say as much or as little as you like. A blank never counts against you."
COMFORT_MIXED = (
    "What you must have in training decides who is on your list. Your other wishes about training go to the "
    "clinic's staff."
)
TRAINING_TITLE = "What training should your therapist have?"
AT_EASE_TITLE = "Would anything else help you feel at ease?"
APPROACH_OPEN = "I have a kind of therapy in mind (optional)"
MEETING_TITLE = "How could you meet?"
TIMES_TITLE = "When could you meet?"
COST_TITLE = "What about cost?"
FEE_PLACEHOLDER = "For example 150"
PLAN_ASK = "You can ask a GP for a plan later. You do not need one to look for a therapist."
YOU_TITLE = "A little about you"
YOU_LEAD = "You can skip these. Who you are does not decide who is on your list."
LAST_TITLE = "Is there anyone to leave out?"
AVOID_PLACEHOLDER = "Choose names"
TOO_LONG = "This is too long for us to read. Please use fewer than {most} letters."

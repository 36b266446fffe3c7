"""Every sentence of the fit check's pages, in one place. Our own questions: no questionnaire's wording is copied."""

FIT_TITLE = "How is it going with your therapist?"
CODE_TITLE = "Enter your code"
CODE_LEAD = "The clinic gave you a code after your session. It opens five short questions, and nothing else."
CODE = "Your code"
CODE_OPEN = "Open"
CODE_WRONG = (
    "This code opens nothing. Check each letter. After ten wrong codes, wait a quarter of an hour. You can also call "
    "{phone}, and we will make a new one."
)

LEAD = "You have met {name} {sessions}. Five short questions, and each can be skipped."
SESSIONS = {1: "once", 2: "twice", 3: "three times"}
SESSIONS_MORE = "{number} times"
WHO_SEES = "The people who arrange therapy here see your answers. {name} does not see them unless you ask us to share."
QUESTIONS = {
    "heard": "I feel listened to, and not judged.",
    "goals": "We agree on what we are working towards.",
    "way": "The way we work makes sense to me, and I know what to expect.",
    "shared": "We do this together: I have a say, and I do my part.",
    "going_on": "I want to go on with {name}.",
}
LEVELS = {"no": "Not at all", "little": "A little", "mostly": "Mostly", "yes": "Yes", "skip": "I would rather not say"}
SEND = "Send my answers"
NOTE = "Is there anything you would like to add? (optional)"

DONE_TITLE = "Thank you"
DONE_GOOD = "It sounds as if you have found somebody you can work with. That is good to hear."
DONE_SKIPPED = "You would rather not answer, and that is fine."
DONE_MIXED = "Some of this is not quite right yet. That is common early on, and it is worth saying."
DONE_HARD = "It is good that you said so. You need not put up with it."
DONE_READ = "The people who arrange therapy here are told to read what you said."
DONE_ANSWERED = "You have answered these questions already. You can still tell us if something is wrong."
WRONG_ASK = "Did something feel wrong?"
WRONG_GO = "Yes, tell us what"
WRONG_NO = "No, that is all"
FINISHED = "That is all. You can close this page."

WRONG_TITLE = "What felt wrong?"
WRONG_LEAD = "Tick what fits. There is no wrong answer."
REASONS = {
    "pushed": "I was pushed to look at hard things",
    "judged": "I felt judged",
    "not_expected": "It was not what I expected",
    "practical": "Times, cost or place do not work",
    "other": "Something else",
}
WRONG_ONWARD = "Continue"
WRONG_NONE = "Tick at least one thing, or go back."
GROWTH_TITLE = "Hard, or not right?"
GROWTH = (
    "Therapy can be hard in a good way. You look at something you would rather not, you feel shaky after it, and still "
    "you feel respected and you can slow things down. That kind of hard often eases when you talk about it."
)
MISFIT = (
    "It can also simply be the wrong fit. You feel small or unheard, saying so changes nothing, or the way of "
    "working is not for you. Then changing is a good decision, and it is nobody's fault."
)
GROWTH_YOURS = "Only you can tell which it is. You need not decide today."
SAFE_NOW = (
    "If anybody here has hurt you, crossed a line or made you feel unsafe, call {phone} ({hours}). "
    "Ask for the clinician in charge."
)

WORDS_TITLE = "Words you could use with your therapist"
WORDS = {
    "pushed": "“Last time we went further than I was ready for. Could we go slower, and could I say stop?”",
    "judged": "“When I told you about that, I felt judged. I would like to tell you what it was like.”",
    "not_expected": "“I thought this would be different. Could you tell me how you work, and what I can expect?”",
    "practical": "“The time or the cost is getting hard for me. Is there another way we could do this?”",
    "other": "“Something is not right for me here, and it is hard to say. Could we talk about how we work?”",
}
NEXT_TITLE = "What would you like to do?"
NEXT_RAISE = "I will raise it myself"
NEXT_RAISE_DONE = "Good. We keep what you ticked. Come back with the same code if it does not help."
NEXT_STAFF = "I would like to talk with someone from the clinic"
NEXT_CHANGE = "I would like to change to another therapist"

CHANGE_TITLE = "Changing is fine"
CHANGE_LEAD = (
    "You need not tell your story again: we keep what you told us. Your place with {name} stays yours until you start "
    "with somebody else, so you can also change your mind."
)
CHANGE_TAKEN = "What you told us about what felt wrong is used for the next suggestions:"
CHANGE_EFFECTS = {
    "pushed": "Working with less of a push counts for more.",
    "judged": "Working in a warm way counts for more.",
    "not_expected": "How somebody works counts for more.",
    "practical": "Times and cost count for more. Tell us below what has to be different.",
    "other": "A person reads what you write below before anybody is suggested.",
}
CHANGE_NOT_AGAIN = "{name} is not suggested again."
CHANGE_NOTE = "What should be different next time? (optional)"
CHANGE_SEND = "Ask for a change"
CHANGE_DONE_TITLE = "We are on it"
CHANGE_DONE = "Your reference is **{reference}**. A person reaches you by {when}."
CHANGE_PLACE = "Your place with {name} stays yours until you start with somebody else."
LIMITS_TITLE = "What has to be different?"
LIMITS_LEAD = "Fill in only what has changed. Everything else stays as you told us before."
LIMITS_FEE = "The most you could pay for one session, in dollars"
CHANGE_DONE_WHAT = (
    "They have what you told us before and what you told us now. They talk with you first, and then look for people "
    "with you."
)
TALK_DONE_TITLE = "We will call you"
TALK_DONE = "Your reference is **{reference}**. A person from the clinic calls you by {when}."
TALK_PLACE = "Nothing changes until then: your place with {name} stays yours."
BACK = "Back"

DANGER_TITLE = "Please talk to a person now"
DANGER = "What you wrote sounds as if you or somebody else could be in danger. Please call one of these numbers now."
DANGER_TOLD = "The clinic has been told to call you, first thing when it is open. Nobody watches this page live."
DANGER_CLINIC = "You can also call the clinic on {phone} ({hours})."
DANGER_ON = "Go on"

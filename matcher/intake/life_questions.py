"""Questions about the person and what they have been through: for the clinic's staff first, own-worded throughout.

Only what a client says may be used (``PAST_USE``) and the culturally safe therapist they ask for reach the matching.
"""

from typing import Final

from matcher.intake.question import SKIP, UNSURE, Choice, Question

FOR_WHOM = Question(
    "for_whom",
    "Who would see the therapist?",
    "one",
    why="So that we ask you the right things.",
    choices=(
        Choice("me", "Me"),
        Choice("helped", "Me, with someone helping me"),
        Choice("child", "A child or teenager I look after"),
        Choice("adult", "Another adult"),
        Choice("couple", "My partner and me, or my family"),
        SKIP,
    ),
)
AGREED = Question(
    "agreed",
    "Do they know that you are doing this, and agree?",
    "one",
    why="We can only help an adult who wants us to.",
    choices=(Choice("yes", "Yes"), Choice("no", "No, or I am not sure")),
)
AGE = Question(
    "age_range",
    "How old are you?",
    "one",
    why="Each therapist works with some ages.",
    choices=(
        Choice("under_12", "Under 12"),
        Choice("12_17", "12 to 17"),
        Choice("18_24", "18 to 24"),
        Choice("25_44", "25 to 44"),
        Choice("45_64", "45 to 64"),
        Choice("65_over", "65 or over"),
        SKIP,
    ),
)
HOPES = Question(
    "hopes",
    "What do you hope will be different? (optional)",
    "text",
    why="It helps staff to see what you need. For example: I want to sleep again. I want to stop hiding from people.",
)
OUTCOME = Question(
    "good_outcome",
    "How would you know that it was working? (optional)",
    "text",
    why="It gives you and your therapist something to look for. "
    "For example: I go out with friends. We fight less at home.",
)
PAST = Question(
    "past_therapy",
    "Have you seen a therapist before?",
    "one",
    why="What you say here helps the clinic to get it right this time.",
    choices=(Choice("yes", "Yes"), Choice("no", "No"), SKIP),
)
PAST_HELPED = Question(
    "past_helped",
    "What helped?",
    "many",
    why="So that the clinic can look for more of it.",
    choices=(
        Choice("heard", "I felt heard"),
        Choice("led_by_me", "They let me lead"),
        Choice("homework", "They had a plan and gave me things to try"),
        Choice("gentle", "They kept things calm and gentle"),
        Choice("feelings", "There was room for strong feelings"),
        Choice("now", "We talked about what was happening now"),
        Choice("roots", "We talked about where it came from"),
        Choice("kind", "They were warm and on my side"),
        Choice("push", "They gave me a friendly push"),
    ),
)
PAST_DID_NOT = Question(
    "past_did_not",
    "What did not help?",
    "many",
    why="So that the clinic can look for something else.",
    choices=(
        Choice("heard", "I did not feel heard"),
        Choice("led_by_me", "I had to lead too much"),
        Choice("homework", "There was too much planning or homework"),
        Choice("gentle", "We never got close to what hurt"),
        Choice("feelings", "The feelings got too strong"),
        Choice("now", "We only talked about the week"),
        Choice("roots", "We talked too much about the past"),
        Choice("kind", "They just agreed with me"),
        Choice("push", "I felt pushed or judged"),
        Choice("practical", "The cost, the times or the trip"),
    ),
)
PAST_WORDS = Question(
    "past_words",
    "Is there more we should know about it? (optional)",
    "text",
    why="Staff read it before they suggest somebody.",
)
PAST_USE = Question(
    "past_use",
    "May we use these answers to suggest people?",
    "one",
    why="If you say yes, they count a little, where you do not tell us more on the next pages.",
    choices=(Choice("yes", "Yes, use them"), Choice("no", "No, only show them to the clinic's staff")),
)
PLACE = Question(
    "place",
    "Which suburb or postcode would you come from? (optional)",
    "line",
    why="A person at the clinic looks at this. It does not change your list, as we ask no map service where you live.",
)
TRAVEL = Question(
    "travel",
    "How far could you travel?",
    "one",
    why="A person at the clinic looks at this. It does not change your list.",
    choices=(
        Choice("20_minutes", "About 20 minutes"),
        Choice("40_minutes", "About 40 minutes"),
        Choice("hour", "An hour or more"),
        UNSURE,
    ),
)
CARE_PLAN = Question(
    "care_plan",
    "Do you have a Mental Health Treatment Plan?",
    "one",
    why="It is a plan you make with a GP. With it, Medicare pays back part of the cost of some sessions.",
    choices=(
        Choice("yes", "Yes"),
        Choice("asking", "Not yet, but I could ask a GP"),
        Choice("no", "No"),
        UNSURE,
    ),
)
# The standard of the Australian Bureau of Statistics for sex, gender, variations of sex characteristics and sexual
# orientation variables, 2020: gender is asked by itself, with a free line for another term.
OWN_GENDER = Question(
    "gender",
    "How do you describe your gender?",
    "one",
    why="So that we speak of you in the right way. It does not decide who is on your list.",
    choices=(
        Choice("man", "Man or male"),
        Choice("woman", "Woman or female"),
        Choice("non_binary", "Non-binary"),
        Choice("another", "I use a different term"),
        Choice("skip", "I prefer not to answer"),
    ),
)
GENDER_WORDS = Question("gender_words", "Which term do you use? (optional)", "line", why="So that we use it too.")
# The four standard answers of the Australian Institute of Health and Welfare; a clinic's community reviews the wording.
FIRST_NATIONS = Question(
    "first_nations",
    "Are you of Aboriginal or Torres Strait Islander origin?",
    "one",
    why="It helps us to offer care that is safe for your culture. Nobody has to answer.",
    choices=(
        Choice("no", "No"),
        Choice("aboriginal", "Yes, Aboriginal"),
        Choice("torres_strait_islander", "Yes, Torres Strait Islander"),
        Choice("both", "Yes, both Aboriginal and Torres Strait Islander"),
        Choice("skip", "I prefer not to answer"),
    ),
)
CULTURAL_SAFETY = Question(
    "cultural_safety",
    "Would any of these help you to feel safe?",
    "many",
    why="We will do what we can, and tell you when we cannot. To ask for training can change the order of your list.",
    choices=(
        Choice("trained", "A therapist trained to work with Aboriginal and Torres Strait Islander people"),
        Choice("worker", "Talking first with an Aboriginal or Torres Strait Islander worker"),
        Choice("family", "Bringing family, an Elder or a friend"),
        Choice("service", "Hearing about Aboriginal health services near me"),
    ),
)
COMFORT_WORDS = Question(
    "comfort_words",
    "Would anything else help you to feel at ease? (optional)",
    "text",
    why="So that staff can plan for it. For example your faith, sign language, or a way in without stairs.",
)
AVOID_WORDS = Question(
    "avoid_words",
    "Is there someone else we should keep in mind? (optional)",
    "text",
    why="So that staff can keep you apart. For example: someone you know works here or comes here.",
)

LIFE_QUESTIONS: Final[tuple[Question, ...]] = (
    FOR_WHOM, AGREED, AGE, HOPES, OUTCOME, PAST, PAST_HELPED, PAST_DID_NOT, PAST_WORDS, PAST_USE, PLACE, TRAVEL,
    CARE_PLAN, OWN_GENDER, GENDER_WORDS, FIRST_NATIONS, CULTURAL_SAFETY, COMFORT_WORDS, AVOID_WORDS,
)  # fmt: skip
#: The style each way of working speaks for, and which end of it.
PAST_STYLES: Final[dict[str, tuple[str, int]]] = {
    "led_by_me": ("directiveness", -1),
    "homework": ("directiveness", 1),
    "gentle": ("emotional_intensity", -1),
    "feelings": ("emotional_intensity", 1),
    "now": ("past_focus", -1),
    "roots": ("past_focus", 1),
    "kind": ("challenge", -1),
    "push": ("challenge", 1),
}

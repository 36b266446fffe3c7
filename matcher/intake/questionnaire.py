"""The client questionnaire as data: every question and its own-worded choices, in one place for translation."""

from matcher.domain.vocabulary import AVAILABILITY, CONCERNS, FORMATS, FUNDING, GENDERS, MODALITIES
from matcher.intake.life_questions import AGE, CULTURAL_SAFETY, LIFE_QUESTIONS, OWN_GENDER, PAST_DID_NOT, PAST_HELPED
from matcher.intake.question import SKIP, Choice, Question, weight_key

__all__ = [
    "AGE", "CULTURAL_SAFETY", "OWN_GENDER", "PAST_DID_NOT", "PAST_HELPED", "SKIP", "Choice", "Question", "weight_key",
]  # fmt: skip


def _style(code: str, text: str, why: str, low: tuple[str, str], high: tuple[str, str]) -> Question:
    choices = (Choice("low", *low), Choice("either", "Either is fine"), Choice("high", *high), SKIP)
    return Question(code, text, "one", why, choices)


ABOUT = Question(
    "about",
    "In your own words, what has been going on?",
    "text",
    why="It tells us what you need help with. A few lines is plenty. You can leave this blank and choose from a list.",
)
SAFETY = Question(
    "safety",
    "Are you thinking about ending your life or hurting yourself? "
    "Or is someone putting you or another person in danger?",
    "one",
    why="We ask everyone this. Talking to a person comes before a form. "
    "Only the clinic's staff see this. They are told at once if you say yes.",
    choices=(
        Choice("no", "No, none of this"),
        Choice("yes", "Yes, or I am not sure"),
        SKIP,
    ),
)
CONCERN_CHOICES = Question(
    "concerns",
    "What would you like help with?",
    "many",
    why="Choose what matters most to you now, one or more.",
    choices=tuple(Choice(concern.code, concern.label) for concern in CONCERNS.values()),
)
SEVERITY = Question(
    "severity",
    "How much is each of these weighing on you?",
    "one",
    why="This helps us put first things first. It is not a test and there is no score.",
    choices=(
        Choice("little", "A little"),
        Choice("some", "Quite a bit"),
        Choice("lot", "A lot"),
        SKIP,
    ),
)
STYLE: tuple[Question, ...] = (
    _style(
        "directiveness",
        "Who would you like to steer the sessions?",
        "Some people want a plan, and some want room.",
        ("Mostly me", "I bring what is on my mind and we follow it"),
        ("Mostly the therapist", "They set a plan and give me things to try between sessions"),
    ),
    _style(
        "emotional_intensity",
        "How close would you like to go to strong feelings?",
        "So that it is not too much for you, and not too little.",
        ("Gently, and not too close", "We keep things steady, even when the subject is hard"),
        ("Close to them", "I want room to cry, be angry or feel things fully"),
    ),
    _style(
        "past_focus",
        "What would you mostly like to talk about?",
        "Therapists differ in what they look at first.",
        ("What is happening now", "This week, what to do next, getting through the day"),
        ("Where it comes from", "Growing up, people I was close to, things that come back"),
    ),
    _style(
        "challenge",
        "When you feel stuck, what helps you more?",
        "So that you get the kind of help that works for you.",
        ("Warmth and encouragement", "Someone who is clearly on my side"),
        ("A friendly push", "Someone who tells me when they see it differently"),
    ),
)
GENDER = Question(
    "therapist_gender",
    "Would you feel better with a therapist of a certain gender?",
    "many",
    why="Some things are easier to say to some people.",
    choices=tuple(
        Choice(code, label) for code, label in zip(GENDERS, ("A woman", "A man", "A non-binary person"), strict=True)
    ),
    matter="How much does their gender matter to you?",
)
# One question a kind of community, so that each can weigh differently; together they are the client's ``identities``.
AFFIRMING = Question(
    "affirming",
    "Would it help if your therapist is trained to affirm who you are?",
    "many",
    why="So that you need not explain yourself. We never guess this about you.",
    choices=(
        Choice("lgbtqia", "As an LGBTQIA+ person"),
        Choice("neurodivergent", "As a neurodivergent person"),
    ),
    matter="How much does this training matter to you?",
)
CULTURE = Question(
    "culture",
    "Would it help if your therapist is trained to work with people of your culture?",
    "many",
    why="So that you need not explain where you come from.",
    choices=(
        Choice("aboriginal_torres_strait_islander", "Aboriginal and Torres Strait Islander people"),
        Choice("culturally_diverse", "People from many cultures, migrants and refugees"),
    ),
    matter="How much does knowing your culture matter to you?",
)
FAITH = Question(
    "faith",
    "Would it help if your therapist is trained to work with people of your faith?",
    "many",
    why="So that you need not explain what you believe.",
    choices=(Choice("christian", "Christian"), Choice("muslim", "Muslim")),
    matter="How much does your faith matter here?",
)
COMMUNITIES: tuple[Question, ...] = (AFFIRMING, CULTURE, FAITH)
LANGUAGES = Question(
    "languages",
    "Would you like to talk in a language other than English?",
    "open",
    why="Some things are easier to say in the language you grew up with.",
    matter="How much does the language matter to you?",
)
APPROACH = Question(
    "modalities",
    "Is there a kind of therapy you have in mind?",
    "open",
    why="If so, we look for who offers it. Most people do not, and that is fine.",
    choices=tuple(Choice(modality.code, modality.label) for modality in MODALITIES.values()),
    matter="How much does the kind of therapy matter to you?",
)
FORMAT = Question(
    "formats",
    "How could you meet?",
    "many",
    why="We leave out people who offer none of the ways you choose.",
    choices=tuple(
        Choice(code, label) for code, label in zip(FORMATS, ("In person", "By video", "By phone"), strict=True)
    ),
)
TIMES = Question(
    "times",
    "Which times could work?",
    "many",
    why="Each therapist works at other times.",
    choices=(
        Choice("weekday_morning", "Weekday mornings"),
        Choice("weekday_afternoon", "Weekday afternoons"),
        Choice("weekday_evening", "Weekday evenings"),
        Choice("weekend", "Weekends"),
    ),
    matter="How much do these times matter?",
)
SOON = Question(
    "soon",
    "How soon would you like to start?",
    "one",
    why="Some therapists have a place sooner than others.",
    choices=(
        Choice("two_weeks", "Within two weeks"),
        Choice("month", "Within a month"),
        Choice("no_rush", "I can wait for the right person"),
        SKIP,
    ),
    matter="How much does starting by then matter?",
)
FEE = Question(
    "max_fee",
    "What is the most you could pay for one session, in dollars, before any rebate? (optional)",
    "number",
    why="We leave out people whose fee is higher. Leave it blank if you are not sure.",
)
PAYING = Question(
    "funding",
    "Is there a way of paying that the therapist has to accept?",
    "many",
    why="We leave out people who accept none of these. Leave it blank if you are not sure.",
    choices=tuple(
        Choice(code, label)
        for code, label in zip(
            FUNDING,
            (
                "Medicare rebate",
                "Bulk billing, with nothing to pay",
                "Private health insurance",
                "NDIS",
                "DVA (Veterans' Affairs)",
                "WorkCover",
                "Paying for it myself",
            ),
            strict=True,
        )
    ),
)
AVOID = Question(
    "exclude_therapists",
    "Is there anyone here you should not be matched with? (optional)",
    "open",
    why="We leave them out. For example someone you know, or have seen before. We do not ask why.",
)
WEIGHT = Question(
    "weight",
    "How much does this matter to you?",
    "one",
    choices=(
        Choice("must", "Must have", "We leave out anyone who does not fit, or whose answer we do not know"),
        Choice("nice", "Would be nice"),
        Choice("none", "No preference"),
    ),
)

#: The weekly times each answer to ``TIMES`` stands for.
TIME_CODES: dict[str, tuple[str, ...]] = {
    "weekday_morning": tuple(f"{day}_morning" for day in ("mon", "tue", "wed", "thu", "fri")),
    "weekday_afternoon": tuple(f"{day}_afternoon" for day in ("mon", "tue", "wed", "thu", "fri")),
    "weekday_evening": tuple(f"{day}_evening" for day in ("mon", "tue", "wed", "thu", "fri")),
    "weekend": tuple(code for code in AVAILABILITY if code.startswith(("sat_", "sun_"))),
}
#: An age in the middle of each range: only the clinic's age groups are drawn from it.
AGES: dict[str, float] = {
    "under_12": 9.0,
    "12_17": 15.0,
    "18_24": 21.0,
    "25_44": 35.0,
    "45_64": 55.0,
    "65_over": 72.0,
}
#: Days from today by which an opening is wished for.
SOON_DAYS: dict[str, int] = {"two_weeks": 14, "month": 31}
SEVERITY_LEVELS: dict[str, int] = {"little": 1, "some": 2, "lot": 3}
#: "Mostly" is a leaning, not the far end of the scale.
STYLE_LEVELS: dict[str, float] = {"low": -0.6, "high": 0.6}
#: What helped before, or did not, is half as strong as a wish that was stated (our choice).
PAST_STYLE_LEVEL = 0.3

QUESTIONS: dict[str, Question] = {
    question.code: question
    for question in (
        ABOUT, SAFETY, CONCERN_CHOICES, SEVERITY, *STYLE, GENDER, *COMMUNITIES, LANGUAGES, APPROACH,
        FORMAT, TIMES, SOON, FEE, PAYING, AVOID, *LIFE_QUESTIONS,
    )
}  # fmt: skip
#: The questions answered in the client's own words, all of them read for signs that a person should look first.
FREE_TEXTS: tuple[str, ...] = tuple(code for code, question in QUESTIONS.items() if question.kind in {"text", "line"})

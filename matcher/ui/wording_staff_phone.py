"""The words of the phone intake: the questions staff ask while somebody talks, and what is agreed."""

from typing import Final

PHONE_TITLE: Final = "Phone intake"
PHONE_LEAD: Final = (
    "The same questions people answer on the web. Ask what fits the call: nothing but a concern is needed."
)
PHONE_DANGER: Final = (
    "Something here asks for a conversation about safety now, before anything else. Keep it and record the call."
)
PHONE_KEEP: Final = "Keep this intake"
PHONE_KEPT: Final = "Kept. Their reference is {reference}. A person answers by {when}."
PHONE_COMPLETES: Final = "This completes {reference}. What is known stands in the fields. Ask about danger again."
PHONE_UNFINISHED: Final = (
    "An unfinished intake stands in the fields, begun {when}. For another person, begin a new one: this one is then "
    "cleared."
)
PHONE_ANEW: Final = "Begin a new intake"
PHONE_STALE: Final = (
    "Somebody changed this enquiry meanwhile. Nothing was kept: note down what is new, open the enquiry again, and "
    "complete it from there."
)
PHONE_CONTACT: Final = "How to reach them"
PHONE_WANTS: Final = "What would they like?"
PHONE_WHOM: Final = "Whom do they ask for?"
PHONE_LANGUAGE: Final = "Which language do we write to them in?"
PHONE_LANGUAGE_HELP: Final = (
    "It stands beside their enquiry, and their fit check opens in it. If a call needs an interpreter, say so under "
    "“Anything about contact”."
)
PHONE_SAFE: Final = "Safe ways to reach them"
CONSENT_MATCHING: Final = "They agree that their answers are kept to find a therapist"
CONSENT_RESEARCH: Final = (
    "They agree that, once erased, we keep how their therapy went, with nothing that points to them"
)
CONSENT_WITHOUT: Final = (
    "Ask them. Without it we keep this for a person to work on: nobody is suggested, and no list places them."
)
NO_WAY: Final = "There is no telephone number and no e-mail address: nobody could reach them."
NO_PHONE_TO_CALL: Final = "They would like a call, and there is no telephone number."
NOT_A_PHONE: Final = "The telephone number does not look complete."
NOT_AN_EMAIL: Final = "The e-mail address does not look complete."
NOT_AGREED: Final = "It is not ticked that they agree: nobody will be suggested, and no list places them."
KEEP_ANYWAY: Final = "Mend it, or keep it as it is with another click."
PHONE_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "Who, and what about": ("for_whom", "agreed", "age_range", "about", "safety", "concerns", "hopes", "good_outcome"),
    "Before": ("past_therapy", "past_helped", "past_did_not", "past_words", "past_use"),
    "The therapist": (
        "directiveness", "emotional_intensity", "past_focus", "challenge", "therapist_gender", "affirming", "culture",
        "faith", "languages", "modalities", "exclude_therapists", "avoid_words",
    ),
    "Meeting and paying": ("formats", "times", "soon", "max_fee", "funding", "care_plan", "place", "travel"),
    "About them": ("gender", "gender_words", "first_nations", "cultural_safety", "comfort_words"),
}  # fmt: skip

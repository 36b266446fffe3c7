"""What is said only because not everybody reads English: interpreters, and opening hours put together."""

#: In the crisis bar, before the number.
INTERPRETER = "Interpreter"
INTERPRETER_LINE = (
    "**An interpreter can join any call.** Ring {service} on {number}, day and night. Say your language, and give the "
    "number you would like to call. Tell us if you need one, and we will ring you with an interpreter."
)
CRISIS_LINE_FOR = "{purpose}, {hours}"
HOURS = "{days}, {opens} to {closes}"
DAYS_IN_A_ROW = "{first} to {last}"
#: Before what a therapist wrote of themselves, which nobody translates.
OWN_WORDS = "In their own words, in English:"
#: What Streamlit itself says; the shell's script puts the translation in its place.
STREAMLIT = (
    "Skip to main content",
    "Press Enter to apply",
    "Press Ctrl+Enter to apply",
    "Press ⌘+Enter to apply",
    "Press Enter to submit form",
    "No results",
    "No options to select",
    "Select all",
)
#: Languages by names that the world's tables do not hold; all others are translated out of those tables.
LANGUAGE_NAMES = ("Mandarin", "Auslan", "Farsi", "Dari", "Hazaragi", "Sign language")

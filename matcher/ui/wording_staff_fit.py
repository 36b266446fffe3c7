"""The words of the staff's pages on fit checks: what a client said of how it is going with their therapist."""

from typing import Final

FIT_FILTER: Final = "How it is going"
FIT_TITLE: Final = "How it is going, in their answers"
FIT_OF: Final = "With {name}, after session {n}, answered {when}"
FIT_WRONG: Final = "What felt wrong"
FIT_NOTE: Final = "They added"
FIT_READ: Final = "I have read how it is going"
FIT_IS_READ: Final = "Kept: you have read it."

"""What a question is: its words, its kind and its choices, as data."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "line", "one", "many", "number", "open"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer a client may choose; ``hint`` is an everyday example of it."""

    code: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``open`` ones take their choices from the clinic, ``matter`` asks how much the wish weighs.

    A ``text`` is answered in as many words as wanted, a ``line`` in a few.
    """

    code: str
    text: str
    kind: Kind
    why: str = ""
    choices: tuple[Choice, ...] = ()
    matter: str = ""

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the choices, in the order shown."""
        return tuple(choice.code for choice in self.choices)

    def label(self, code: str) -> str:
        """Return the words shown for a choice; a clinic's own code is shown as words."""
        return next(
            (choice.label for choice in self.choices if choice.code == code),
            code.replace("_", " ").capitalize(),
        )

    def hint(self, code: str) -> str:
        """Return the everyday example of a choice, empty where there is none."""
        return next((choice.hint for choice in self.choices if choice.code == code), "")


SKIP: Final = Choice("skip", "I would rather not say")
UNSURE: Final = Choice("unsure", "I am not sure")


def weight_key(code: str) -> str:
    """Return the name under which the importance of a question's answer is kept."""
    return f"{code}_weight"

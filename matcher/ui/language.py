"""Says every sentence of the client's pages in the language the client chose."""

from collections.abc import Callable, Mapping
from typing import Any

from matcher.ui import state
from matcher.ui.catalogue import in_language, language_of


def say(text: str, **values: Any) -> str:
    """Return a sentence in the client's language, its values filled in."""
    return in_language(language_of(state.language()), text, **values)


def labels(words: Mapping[str, str]) -> Callable[[str], str]:
    """Return how each code is labelled in the language of the page now being drawn, whoever asks for it later."""
    said = {code: say(text) for code, text in words.items()}
    return said.__getitem__

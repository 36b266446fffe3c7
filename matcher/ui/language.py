"""Says every sentence of the client's pages in the language the client chose."""

from typing import Any

from matcher.ui import state
from matcher.ui.catalogue import in_language, language_of


def say(text: str, **values: Any) -> str:
    """Return a sentence in the client's language, its values filled in."""
    return in_language(language_of(state.language()), text, **values)

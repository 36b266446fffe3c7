"""Says every sentence of the client's pages in the language the client chose."""

from typing import Any


def say(text: str, **values: Any) -> str:
    """Return a sentence in the client's language, its values filled in."""
    return text.format(**values) if values else text

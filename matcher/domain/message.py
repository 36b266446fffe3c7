"""A sentence that remembers what it was made of, so that it can be said in another language later."""

from collections.abc import Mapping
from typing import Any, Self


class Message(str):
    """English text for everyone who only reads it; ``template`` and ``values`` for whoever says it otherwise.

    Values may be messages themselves. A message that was cut, joined or stored is plain English text again.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        """Return the template with its values filled in."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made

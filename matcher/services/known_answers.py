"""What is known of a client as answers to the questionnaire, so that staff can complete it without asking twice."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from matcher.domain.client import Client
from matcher.domain.merging import merged
from matcher.intake import questionnaire as q

#: A concern and its weight belong together: the list is the client's as a whole.
_WHOLE: Final = ("concerns",)
_WEIGHED: Final[tuple[str, ...]] = ("therapist_gender", "languages", "modalities")
_LISTS: Final[tuple[str, ...]] = ("therapist_gender", "modalities", "formats", "funding", "exclude_therapists")


def known_answers(client: Client, other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers behind a client; ``other`` are those kept beside the row, and win over what it suggests.

    What the questionnaire has no answer for, such as a style between its choices, is left out.
    """
    found: dict[str, Any] = {name: list(getattr(client, name)) for name in _LISTS}
    found["concerns"] = [code for code, _ in client.concerns]
    levels = {level: code for code, level in q.SEVERITY_LEVELS.items()}
    found[q.SEVERITY.code] = {code: levels[level] for code, level in client.concerns if level in levels}
    styles = {level: code for code, level in q.STYLE_LEVELS.items()}
    found |= {question.code: styles.get(getattr(client, question.code)) for question in q.STYLE}
    found["languages"] = [code for code in client.languages if code != "english"]
    found |= {"about": client.about, "gender": client.gender, "max_fee": client.max_fee}
    found["age_range"] = next((code for code, age in q.AGES.items() if age == client.age), None)
    found |= {f"{name}_weight": "must" for name in client.must_have if name in _WEIGHED}
    usable = {name: _usable(name, value) for name, value in {**found, **other}.items()}
    return {name: value for name, value in usable.items() if value not in (None, "", [], {}, ())}


def completed(kept: Client, before: Client, after: Client) -> Client:
    """Return a client with what staff changed: what they left as it was shown stays exactly as it is kept.

    ``before`` and ``after`` are what the answers said when they were shown and when they came back. Of a list only
    what was added or taken away is, so that what gave way in between, or was barred, stays so.
    """
    values: dict[str, Any] = {}
    for field in fields(Client):
        was, then, now = (getattr(client, field.name) for client in (kept, before, after))
        listed = field.name not in _WHOLE and isinstance(now, tuple)
        values[field.name] = tuple(merged(was, then, now)) if listed else was if then == now else now
    return Client(**values)


def _usable(name: str, value: Any) -> Any:
    question = q.QUESTIONS.get(name)
    if question is None or question.kind not in ("one", "many") or name == q.SEVERITY.code:
        return value
    codes = question.codes()
    if question is q.CULTURE:
        # The clinic's own communities are among its choices.
        return value
    if isinstance(value, list | tuple):
        return [code for code in value if code in codes]
    return value if value in codes else None

"""Every piece of English a client can see, gathered for translators: ``python -m matcher.ui.client_strings``.

Run so, it brings the PO files up to date: new texts are added untranslated, texts no longer used are dropped.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from matcher.domain.costs import OTHER_SERVICES
from matcher.domain.message import Message
from matcher.domain.vocabulary import (
    CONCERNS,
    CRISIS_LINES,
    FORMATS,
    FUNDING,
    GENDERS,
    IDENTITIES,
    MODALITIES,
    PROFESSIONS,
)
from matcher.eligibility.reasons import SIDES
from matcher.intake import questionnaire
from matcher.ui.catalogue import ENGLISH, LANGUAGES, Language, catalogue_path

_PACKAGE: Final = Path(__file__).resolve().parent.parent
#: Wording that only people who signed in see; it stays English.
_NOT_FOR_CLIENTS: Final = ("accounts", "owner", "phone", "report", "sign_in", "staff", "therapist")
#: Where sentences are made below the pages: a literal first words of these calls is a template.
_LOWER_LAYERS: Final = ("domain", "intake", "eligibility", "features", "ranking", "services", "ui")
_MAKERS: Final = {"Message": 0, "Problem": 1, "_wrong": 1, "say": 0}


def client_strings() -> dict[str, str]:
    """Return every English text a client can see, with the place it comes from, in a lasting order."""
    found: dict[str, str] = {}
    for place, texts in _places():
        for text in texts:
            if any(letter.isalpha() for letter in text):
                found.setdefault(text, place)
    return found


def updated(language: Language) -> Catalog:
    """Return a language's catalogue as it should be: what is translated is kept, new texts are blank, old ones gone."""
    path = catalogue_path(language)
    with path.open("rb") as file:
        known = read_po(file, locale=language.code)
    fresh = Catalog(locale=language.code, fuzzy=False)
    for text, place in client_strings().items():
        old = known.get(text)
        string = old.string if old is not None else ""
        fresh.add(text, string, locations=[(place, 0)], flags=() if old is None else old.flags)
    return fresh


def write_catalogue(language: Language, catalogue: Catalog) -> None:
    """Write a language's catalogue to its file, texts in the order of the pages."""
    path = catalogue_path(language)
    # The head is written by hand: it says who must check the translation.
    head = path.read_bytes().partition(b"\n\n")[0]
    out = BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, omit_header=True)
    path.write_bytes(head + b"\n\n" + out.getvalue().lstrip(b"\n"))


def client_wordings() -> list[str]:
    """Return the names of the modules that hold the sentences of the client's pages."""
    names = sorted(path.stem for path in (_PACKAGE / "ui").glob("wording*.py"))
    return [name for name in names if not name.removeprefix("wording_").startswith(_NOT_FOR_CLIENTS)]


def _places() -> Iterator[tuple[str, Iterable[str]]]:
    for name in client_wordings():
        yield f"ui/{name}.py", _texts(_constants(import_module(f"matcher.ui.{name}")))
    yield "intake/questionnaire.py", _asked()
    for layer in _LOWER_LAYERS:
        for path in sorted((_PACKAGE / layer).glob("*.py")):
            yield f"{layer}/{path.name}", _templates(path)
    yield "domain/vocabulary.py", _labels()
    yield "data/reference/crisis_lines.csv", _crisis_words()
    yield "data/reference/other_services.csv", _other_services()


def _constants(module: ModuleType) -> list[object]:
    return [value for name, value in vars(module).items() if name.isupper() or name.rstrip("_").isupper()]


def _texts(value: object) -> Iterator[str]:
    """Yield every text within a value: in tuples, in what dictionaries point to, and in our own frozen values."""
    if isinstance(value, Message):
        yield value.template
        yield from _texts(dict(value.values))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def _asked() -> Iterator[str]:
    for value in vars(questionnaire).values():
        yield from _questions(value)


def _questions(value: object) -> Iterator[str]:
    if isinstance(value, questionnaire.Question):
        yield from (value.text, value.why, value.matter)
        yield from _questions(value.choices)
    elif isinstance(value, questionnaire.Choice):
        yield from (value.label, value.hint)
    elif isinstance(value, dict):
        yield from _questions(tuple(value.values()))
    elif isinstance(value, tuple):
        for each in value:
            yield from _questions(each)


def _templates(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        at = _MAKERS.get(name)
        if at is not None and at < len(node.args):
            yield from _literals(node.args[at])


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _labels() -> Iterator[str]:
    yield from (concern.label for concern in CONCERNS.values())
    yield from (modality.label for modality in MODALITIES.values())
    for labels in (IDENTITIES, FORMATS, FUNDING, GENDERS, PROFESSIONS):
        yield from labels.values()
    yield from _texts(SIDES)


def _crisis_words() -> Iterator[str]:
    for line in CRISIS_LINES:
        yield from (line.purpose, line.hours)
        if line.service == "Emergency":
            yield line.service


def _other_services() -> Iterator[str]:
    for service in OTHER_SERVICES:
        # A service's own name is said as it is, unless it is a word for somebody.
        yield from (service.service,) if not service.number else ()
        yield from (service.purpose, service.cost)


def main() -> int:
    """Bring every language's PO file up to date and say what is still to be translated."""
    blank = 0
    for language in LANGUAGES.values():
        if language is not ENGLISH:
            catalogue = updated(language)
            write_catalogue(language, catalogue)
            missing = [message.id for message in catalogue if message.id and not message.string]
            blank += len(missing)
            print(f"{language.code}: {len(catalogue)} texts, {len(missing)} not translated yet")
    return 1 if blank else 0


if __name__ == "__main__":
    sys.exit(main())

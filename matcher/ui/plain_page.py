"""Plain pages that need neither Streamlit nor any script: the document, its fields, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from starlette.responses import HTMLResponse

from matcher.config import Settings
from matcher.ui import shell
from matcher.ui import wording_accounts as wa

#: The script that sends what stands behind the # of the address, in the field "link".
TAKES_LINK: Final = "link.js"
#: A field's name and what is wrong with it; the empty name stands for the form as a whole.
Problems = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill in."""

    name: str
    label: str
    kind: Literal["text", "password"] = "text"
    hint: str = ""
    value: str = ""
    fills: str = "off"
    fixed: bool = False

    def html(self, problems: Problems) -> str:
        """Return the field with its label, hint and problem tied to it."""
        problem = problems.get(self.name, "")
        hint = f'<p class="hint" id="{self.name}-hint">{escape(self.hint)}</p>' if self.hint else ""
        wrong = f'<p class="problem" id="{self.name}-problem">{escape(problem)}</p>' if problem else ""
        told = " ".join(f"{self.name}-{part}" for part, there in (("hint", hint), ("problem", wrong)) if there)
        more = f' aria-describedby="{told}"' if told else ""
        more += ' aria-invalid="true"' if problem else ""
        more += " readonly" if self.fixed else ""
        more += f' value="{escape(self.value)}"' if self.kind == "text" and self.value else ""
        # Sign-in names and passwords are neither words nor sentences.
        typed = 'autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="300"'
        return (
            f'<div class="field"><label for="{self.name}">{escape(self.label)}</label>{hint}{wrong}'
            f'<input id="{self.name}" name="{self.name}" type="{self.kind}" autocomplete="{self.fills}" {typed}{more}>'
            "</div>"
        )


def respond(
    settings: Settings, title: str, body: str, *, problems: Problems | None = None, status: int = 200, script: str = ""
) -> HTMLResponse:
    """Return a plain page; ``body`` is HTML in which everything from outside is escaped already."""
    summary = "" if not problems else _summary(problems)
    return HTMLResponse(document(settings, title, summary + body, wrong=bool(problems), script=script), status)


def document(settings: Settings, title: str, body: str, *, wrong: bool = False, script: str = "") -> str:
    """Return the whole document of a plain page, with crisis help like any other."""
    shown = escape(f"{wa.ERROR_PREFIX}{title}" if wrong else title)
    own_script = f'<script src="/assets/{script}" defer></script>' if script else ""
    return f"""<!DOCTYPE html>
<html lang="en-AU"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/shell.css"><link rel="stylesheet" href="/assets/language.css">
<link rel="stylesheet" href="/assets/sign_in.css">
<link rel="shortcut icon" href="/assets/icon.svg" type="image/svg+xml"><meta name="robots" content="noindex">
<script src="/assets/shell.js" defer></script>{own_script}
<title>{shown} - {escape(settings.clinic_name)}</title></head>
<body class="door"><main class="plain"><p class="clinic">{escape(settings.clinic_name)}</p>
<h1 tabindex="-1">{escape(title)}</h1>{body}</main>
{shell.crisis_bar(settings)}</body></html>"""


def refusal(settings: Settings) -> str:
    """Return the document for a page that is not part of somebody's role."""
    return document(settings, wa.REFUSED_TITLE, paragraph(wa.REFUSED_LEAD) + link("/account", wa.REFUSED_LINK))


def form(action: str, token: str, inside: str, button: str, **hidden: str) -> str:
    """Return a form that is sent to one of our own addresses, with its proof that we drew it."""
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in {"form": token, **hidden}.items()
    )
    return (
        f'<form method="post" action="{escape(action)}" novalidate>{kept}{inside}'
        f'<button type="submit">{escape(button)}</button></form>'
    )


def paragraph(text: str, css: str = "") -> str:
    """Return a paragraph of plain text."""
    return f'<p class="{css}">{escape(text)}</p>' if css else f"<p>{escape(text)}</p>"


def link(address: str, text: str, css: str = "") -> str:
    """Return a paragraph that is one link to one of our own addresses."""
    return f'<p><a class="{css}" href="{escape(address)}">{escape(text)}</a></p>'


def _summary(problems: Problems) -> str:
    lines = "".join(
        f'<li><a href="#{escape(name)}">{escape(text)}</a></li>' if name else f"<li>{escape(text)}</li>"
        for name, text in problems.items()
    )
    return (
        '<div class="problems" role="alert" tabindex="-1" id="problems">'
        f"<h2>{escape(wa.THERE_IS_A_PROBLEM)}</h2><ul>{lines}</ul></div>"
    )

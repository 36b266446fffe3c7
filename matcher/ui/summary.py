"""A client's summary of what they told us: made when it is asked for, out of their own draft, and kept nowhere.

The page shows it inside the app; ``/summary.html`` gives the same as one plain file, for whoever wants to keep it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from matcher.config import Settings
from matcher.domain.enquiry import Standing
from matcher.domain.message import Joined
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import crisis_lines
from matcher.intake import questionnaire as q
from matcher.ui import request as r
from matcher.ui import state, wiring
from matcher.ui import wording_matches as w
from matcher.ui.catalogue import in_language, language_of
from matcher.ui.components import plain
from matcher.ui.drafts import DRAFT_HEADER
from matcher.ui.shown import LOOKED_AT

PATH: Final = "/summary.html"
#: Left out: a printed page may be found, and these are for the person who asks alone.
_LEFT_OUT: Final = frozenset({q.SAFETY.code, "avoid_words"})
#: Told first, in the order of the pages; the rest follows as it is asked.
_FIRST: Final = (
    "for_whom", "agreed", "age_range", "about", "concerns", "severity", "hopes", "good_outcome", "past_therapy",
    "past_helped", "past_did_not", "past_words",
)  # fmt: skip
_STYLE: Final = (
    "body{font:1.05rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#20302f}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin:1.4rem 0 .3rem}dt{font-weight:600}dd{margin:0 0 .6rem}"
    "dd,p{white-space:pre-line;overflow-wrap:anywhere}"
)


class Say(Protocol):
    """Says a sentence in the client's language."""

    def __call__(self, text: str, **values: Any) -> str:
        """Return the sentence with its values filled in."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a summary: questions with their answers, or sentences without a question (``""``)."""

    title: str
    lines: tuple[tuple[str, str], ...]


def sections(
    answers: Mapping[str, Any], standing: Standing | None, name_of: Callable[[str], str], settings: Settings, say: Say
) -> tuple[Section, ...]:
    """Return what a client told us, whom they looked at, and what they asked for; empty parts are left out.

    ``standing`` is where what they sent is now, None where nothing of it is with the clinic.
    """
    parts = (
        Section(say(w.SUMMARY_REQUEST), _request(answers, standing, name_of, settings, say)),
        Section(say(w.SUMMARY_ANSWERS), _answers(answers, name_of, say)),
        Section(say(w.SUMMARY_PEOPLE), tuple(("", name) for name in _looked_at(answers, name_of))),
    )
    return tuple(part for part in parts if part.lines)


def summary_html(parts: tuple[Section, ...], say: Say) -> str:
    """Return the summary as HTML in which every word of the client stands as they wrote it."""
    if not parts:
        return f'<div class="summary"><p>{plain(say(w.SUMMARY_EMPTY))}</p></div>'
    return f'<div class="summary">{"".join(_section(part) for part in parts)}</div>'


def summary_file(
    answers: Mapping[str, Any], standing: Standing | None, name_of: Callable[[str], str], settings: Settings
) -> str:
    """Return the whole summary as one plain page that needs nothing else."""
    language = language_of(answers.get("language"))

    def say(text: str, **values: Any) -> str:
        return in_language(language, text, **values)

    title = say(w.SUMMARY_TITLE)
    first = crisis_lines(settings.country)[1]
    need = say(w.SUMMARY_HELP, number=first.number, service=first.service)
    return (
        f'<!DOCTYPE html><html lang="{language.html}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{plain(title)}</title><style>{_STYLE}</style></head><body><h1>{plain(title)}</h1>"
        f"{summary_html(sections(answers, standing, name_of, settings, say), say)}<p>{plain(need)}</p></body></html>"
    )


async def save_summary(request: Request) -> Response:
    """Give the summary of the draft this browser's cookie stands for as a file; nobody else's can be asked for."""
    services = wiring.services()
    owner = request.headers.get(DRAFT_HEADER)

    def made() -> str:
        answers = services.drafts.load(owner).answers if owner else {}
        standing = services.enquiries.standing(state.client_id(answers)) if r.receipt(answers) else None
        return summary_file(answers, standing, lambda one: _name(services.matching().therapist, one), services.settings)

    return HTMLResponse(
        await run_in_threadpool(made),
        headers={"cache-control": "no-store", "content-disposition": 'attachment; filename="summary.html"'},
    )


def _name(therapist: Callable[[str], Therapist], therapist_id: str) -> str:
    try:
        return therapist(therapist_id).name
    except KeyError:
        return ""


def _request(
    answers: Mapping[str, Any], standing: Standing | None, name_of: Callable[[str], str], settings: Settings, say: Say
) -> tuple[tuple[str, str], ...]:
    asked = r.wanted(answers)
    if standing is None or asked is None or r.receipt(answers) is None:
        return ()
    wants, therapist_id = asked
    name = "" if therapist_id is None else name_of(therapist_id) or say(w.WHOM_YOU_CHOSE)
    lines = [say(w.REQUEST_WANTS[wants], name=name), say(w.SUMMARY_REFERENCE, reference=standing.told.reference)]
    if standing.waits:
        looks = standing.looks_again and answers.get("consent_matching") is True
        by = w.SENT_LOOK_AGAIN if looks else w.SENT_BY
        lines.append(r.promised(standing.told, by, settings, say))
    return tuple(("", line) for line in lines)


def _answers(answers: Mapping[str, Any], name_of: Callable[[str], str], say: Say) -> tuple[tuple[str, str], ...]:
    lines = []
    for code in (*_FIRST, *(code for code in q.QUESTIONS if code not in _FIRST)):
        question = q.QUESTIONS[code]
        if code not in _LEFT_OUT and (given := _answer(question, answers.get(code), name_of, say)):
            lines.append((say(question.text), given))
    return tuple(lines)


def _answer(question: q.Question, value: Any, name_of: Callable[[str], str], say: Say) -> str:
    if not value or value == q.SKIP.code:
        return ""
    match value:
        case dict():
            pairs = [
                (q.CONCERN_CHOICES.label(code), question.label(str(level))) for code, level in value.items() if level
            ]
            return "\n".join(say(w.SUMMARY_WEIGHED, concern=name, weight=level) for name, level in pairs)
        case list() | tuple():
            known = name_of if question.code == "exclude_therapists" else question.label
            texts = [text for one in value if (text := known(str(one)))]
            # Joined and set apart as each language does it.
            return say(Joined(", ".join(texts), texts) if len(texts) > 1 else "".join(texts))
        case str() if question.kind == "one":
            return say(question.label(value))
    return str(value)


def _looked_at(answers: Mapping[str, Any], name_of: Callable[[str], str]) -> tuple[str, ...]:
    kept = answers.get(LOOKED_AT)
    seen = kept if isinstance(kept, (list, tuple)) else ()
    return tuple(name for one in seen if (name := name_of(str(one))))


def _section(part: Section) -> str:
    told = "".join(f"<p>{plain(given)}</p>" for asked, given in part.lines if not asked)
    pairs = "".join(f"<dt>{plain(asked)}</dt><dd>{plain(given)}</dd>" for asked, given in part.lines if asked)
    return f"<section><h2>{plain(part.title)}</h2>{told}{f'<dl>{pairs}</dl>' if pairs else ''}</section>"

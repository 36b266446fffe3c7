"""The page for when something was raised: who can help now, that a person is told, and a way to be called."""

import logging

import streamlit as st

from matcher.config import Settings
from matcher.domain.enquiry import ContactDetails, Standing
from matcher.domain.vocabulary import CrisisLine, crisis_lines
from matcher.intake.reading import Problem
from matcher.ui import frame, shell, state
from matcher.ui import wording_start as ws
from matcher.ui.components import dialled, page, plain, rung
from matcher.ui.journey import RAISED, Journey
from matcher.ui.language import labels, say
from matcher.ui.request import CONTACT, as_kept, promised
from matcher.ui.tongue import interpreters

_MOST = 4000
#: The step each question answered in words is on.
_WRITTEN_ON = {
    "hopes": "hopes",
    "good_outcome": "hopes",
    "past_words": "past-not",
    "comfort_words": "at-ease",
    "place": "meeting",
    "gender_words": "you",
    "avoid_words": "last",
}


def draw_help(journey: Journey) -> None:
    """Show who to call now, then put it at the top of the staff's list; never a list of therapists, never a score."""
    settings = journey.services.settings
    known = {"phone": settings.clinic_phone, "hours": settings.clinic_hours, "clinic": settings.clinic_name}
    st.title(say(ws.HELP_TITLE), anchor=False)
    summary = st.container()
    st.markdown(say(ws.HELP_LEAD))
    st.header(say(ws.HELP_NOW), anchor=False)
    draw_lines(journey)
    if journey.raised():
        _told_and_next(journey, known, summary)
    st.header(say(ws.HELP_NEXT_TITLE), anchor=False)
    page(f"<p>{dialled(say(ws.HELP_NEXT, **known), settings.clinic_phone)}</p>")
    if journey.raised():
        _mistaken(journey)
    if st.button(say(ws.HELP_BACK), key="back"):
        journey.go(_source(journey))
    frame.forget_button(journey)


def draw_lines(journey: Journey) -> None:
    """Draw every line that somebody in danger can ring, what it is for and when, and how to get an interpreter."""
    lines = crisis_lines(journey.services.settings.country)
    page(f'<ul class="lines">{"".join(_line(line) for line in lines)}</ul>')
    interpreters(journey)


def _told_and_next(journey: Journey, known: dict[str, str], summary: object) -> None:
    found = _told(journey)
    st.header(say(ws.HELP_HONEST_TITLE), anchor=False)
    _what_happens(found, journey.services.settings, known)
    if found is not None:
        _call_me(journey, found, summary)


def _mistaken(journey: Journey) -> None:
    """Say how to put right what was misread or taken back; whoever answered yes, or ticked it, was not misread."""
    by_rule = bool(journey.flagged())
    if by_rule or not journey.alarm()["why"]:
        st.header(say(ws.HELP_MISTAKEN_TITLE), anchor=False)
        rule = f"{say(ws.HELP_MISTAKEN_RULE)} " if by_rule else ""
        st.markdown(f"{rule}{say(ws.HELP_MISTAKEN)}")


def _line(line: CrisisLine) -> str:
    when = say(ws.HELP_ALWAYS if line.hours == "always" else line.hours)
    note = say(ws.HELP_HOURS, purpose=say(line.purpose), hours=when)
    number = f'<span class="number">{shell.telephone(line)}</span>'
    return f"<li><strong>{plain(say(line.service))}</strong> {number}<small>{plain(note)}</small></li>"


def _told(journey: Journey) -> Standing | None:
    """Tell the staff, once for each thing raised, and return how that stands now; None where it could not be told."""
    answers, enquiries = journey.answers, journey.services.enquiries
    try:
        standing = enquiries.standing(state.client_id(answers)) if journey.told() else None
        if standing is None:
            answers["person_first"] = True
            now = journey.alarm()
            receipt = enquiries.raise_risk(journey.client(unfinished=True), now["why"], answers)
            answers[RAISED] = {**now, **as_kept(receipt)}
            journey.save()
            standing = Standing("new", urgent=True, told=receipt)
    except Exception as error:
        # The numbers to call are on the page and must stay there, whatever has broken behind it.
        logging.getLogger(__name__).error("A raised risk could not be passed on: %s", type(error).__name__)
        return None
    return standing


def _what_happens(found: Standing | None, settings: Settings, known: dict[str, str]) -> None:
    if found is None:
        st.markdown(rung(say(ws.HELP_NOT_SENT, **known), settings.clinic_phone))
    else:
        sent = promised(found.told, ws.HELP_SENT, settings) if found.urgent else say(ws.HELP_SEEN)
        st.markdown(rung(sent, settings.clinic_phone))
        st.markdown(say(ws.HELP_REFERENCE, reference=found.told.reference))
    st.markdown(say(ws.HELP_NOT_LIVE))
    st.markdown(say(ws.HELP_STOPPED))


def _call_me(journey: Journey, found: Standing, summary: object) -> None:
    st.header(say(ws.HELP_FORM_TITLE), anchor=False)
    if journey.answers.get("call_asked") is True and found.urgent:
        settings = journey.services.settings
        # That we are late is no good news.
        draw = st.info if found.told.late else st.success
        draw(rung(promised(found.told, ws.HELP_WILL_CALL, settings), settings.clinic_phone))
        return
    places = frame.Places()
    st.markdown(say(ws.HELP_FORM_LEAD))
    asked, name, phone, safe, note = _form(places)
    if not asked:
        return
    if not 6 <= sum(letter.isdigit() for letter in phone) <= 15:
        frame.show_problems((Problem("call_phone", say(ws.HELP_PHONE_NEEDED)),), summary, places)
        return
    # Not having said so is no leave to leave a message.
    ways = ("phone", "voicemail") if safe == "yes" else ("phone",)
    contact = ContactDetails(name=name[:_MOST], phone=phone.strip(), safe=ways, note=note[:_MOST])
    told = journey.services.enquiries.add_contact(state.client_id(journey.answers), contact)
    journey.answers[RAISED] = {**journey.answers[RAISED], **as_kept(told)}
    journey.answers["call_asked"] = True
    # Whoever goes on to ask for a therapist is not asked again how to be reached.
    journey.answers.setdefault(CONTACT, {"name": contact.name, "phone": contact.phone, "safe": list(ways)})
    journey.save()
    st.rerun()


def _form(places: frame.Places) -> tuple[bool, str, str, str | None, str]:
    with st.form("call-me", border=False):
        name = st.text_input(say(ws.HELP_NAME), key="call:name", autocomplete="given-name")
        frame.place(places, "call_phone")
        phone = st.text_input(say(ws.HELP_PHONE), key="call:phone", autocomplete="tel")
        safe = st.radio(
            say(ws.HELP_SAFE),
            ("yes", "no"),
            index=None,
            key="call:safe",
            format_func=labels({"yes": ws.HELP_SAFE_YES, "no": ws.HELP_SAFE_NO}),
        )
        note = st.text_area(say(ws.HELP_NOTE), key="call:note", height=90)
        st.caption(say(ws.HELP_NOTE_WHY))
        asked = st.form_submit_button(say(ws.HELP_ASK), type="primary", key="ask")
    return asked, name or "", phone or "", safe, note or ""


def _source(journey: Journey) -> str:
    # The first thing that raised it is where a misunderstanding can be put right.
    for code in journey.flagged():
        return _WRITTEN_ON.get(code, "words")
    return "concerns" if "self_harm" in (journey.answers.get("concerns") or ()) else "safety"

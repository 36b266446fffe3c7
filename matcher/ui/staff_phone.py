"""The phone intake: every question of the web's on one page, to fill in while somebody talks."""

from typing import Any

import streamlit as st

from matcher.domain.enquiry import SAFE_CONTACT, ContactDetails
from matcher.domain.therapist import told_apart
from matcher.intake.parsing import risk_raised
from matcher.intake.question import Question
from matcher.intake.questionnaire import COMMUNITIES, CULTURE, QUESTIONS, SAFETY, SEVERITY, WEIGHT, weight_key
from matcher.services.enquiry_words import direct_answer
from matcher.services.phone_intake import Begun, PhoneIntake, begin_with, keep_phone_intake, problems_in
from matcher.store.errors import StaleVersionError
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_phone as wp
from matcher.ui.desk import Desk
from matcher.ui.request import is_email, is_phone
from matcher.ui.staff_common import client_of_reference, frame, leave, now, short, show_enquiry, turn
from matcher.ui.staff_phone_fields import begin_next, keep_typed, number_of, waits_since


def draw_phone(desk: Desk) -> None:
    """Draw the page; with a reference in its address it completes that enquiry."""
    frame(wp.PHONE_TITLE)
    st.markdown(wp.PHONE_LEAD)
    begun = _begun(desk)
    number = number_of(begun)
    if begun is None:
        _unfinished(desk, number)
    answers: dict[str, Any] = {}
    warned = st.empty()
    left, right = st.columns(2, gap="large")
    for place, (title, codes) in enumerate(wp.PHONE_PARTS.items()):
        with (left, right)[place % 2]:
            st.header(title, anchor=False)
            for code in codes:
                _ask(desk, QUESTIONS[code], answers, number)
                if code == SAFETY.code:
                    # Filled once everything is asked: whoever talks looks here, and not at the end of the page.
                    warned = st.empty()
    with right:
        contact, wants, asked_for = _contact(desk, number)
        language = st.radio(
            wp.PHONE_LANGUAGE,
            list(w.LANGUAGES),
            format_func=lambda code: w.LANGUAGES[code],
            key=f"phone:{number}:language",
            horizontal=True,
            help=wp.PHONE_LANGUAGE_HELP,
        )
        for name, words in (("consent_matching", wp.CONSENT_MATCHING), ("consent_research", wp.CONSENT_RESEARCH)):
            if st.checkbox(words, key=f"phone:{number}:{name}"):
                answers[name] = True
        if "consent_matching" not in answers:
            st.caption(wp.CONSENT_WITHOUT)
    # Before the button: keeping it leaves the page.
    keep_typed(number)
    taken = PhoneIntake(answers, contact, wants, begun, language, asked_for)
    danger = _in_danger(desk, taken)
    if danger:
        warned.error(wp.PHONE_DANGER)
    _finish(desk, taken, number, danger=danger)


def _unfinished(desk: Desk, number: str) -> None:
    """Say that the fields hold what somebody told before, so that two people never stand in one record."""
    since = waits_since(number)
    if since is None:
        return
    left, right = st.columns([5, 2], vertical_alignment="center")
    left.warning(wp.PHONE_UNFINISHED.format(when=short(since, desk.services.settings.zone)))
    right.button(wp.PHONE_ANEW, key="phone:anew", on_click=begin_next, args=(number,))


def _begun(desk: Desk) -> Begun | None:
    """Return the enquiry to complete, None for a new one, and say which it is."""
    reference = st.query_params.get("r", "")
    client_id = client_of_reference(desk, reference)
    if client_id is None:
        return None
    begun = state.remember(
        "begun", (client_id, turn()), lambda: begin_with(desk.person, desk.services.store(), client_id)
    )
    st.info(wp.PHONE_COMPLETES.format(reference=reference))
    return begun


def _in_danger(desk: Desk, taken: PhoneIntake) -> bool:
    answers, texts = taken.answers, [str(taken.answers.get("about") or ""), *taken.texts]
    flags = [flag for found in desk.services.safety_flags(texts) for flag in found]
    spoken = taken.existing is not None and risk_raised(taken.shown) and not taken.existing.needs_person
    return bool(direct_answer(answers)) or (risk_raised(answers, flags) and not spoken)


def _finish(desk: Desk, taken: PhoneIntake, number: str, *, danger: bool) -> None:
    services = desk.services
    if danger:
        st.error(wp.PHONE_DANGER)
    if not st.button(wp.PHONE_KEEP, type="primary", key="phone:keep"):
        return
    if problems := problems_in(taken, services.settings, now()):
        st.error("\n\n".join(f"{_short(problem.question)}: {problem.message}" for problem in problems))
        return
    # In danger they are on the list at once, whatever is missing.
    if not danger and not _sure(taken, number):
        return
    try:
        receipt = keep_phone_intake(desk.person, services.store(), services.settings, taken, now())
    except StaleVersionError:
        st.error(wp.PHONE_STALE)
        return
    begin_next(number)
    leave(
        "good", wp.PHONE_KEPT.format(reference=receipt.reference, when=short(receipt.answer_by, services.settings.zone))
    )
    show_enquiry(desk, receipt.reference)


def _sure(taken: PhoneIntake, number: str) -> bool:
    """Say what the web would not go on without, and tell whether somebody was told and keeps it all the same."""
    contact = taken.contact
    phone, email = contact.phone.strip(), contact.email.strip()
    missing = [
        words
        for words, holds in (
            (wp.NO_WAY, not phone and not email),
            (wp.NO_PHONE_TO_CALL, taken.wants == "call_me" and not phone and bool(email)),
            (wp.NOT_A_PHONE, bool(phone) and not is_phone(phone)),
            (wp.NOT_AN_EMAIL, bool(email) and not is_email(email)),
            (wp.NOT_AGREED, "consent_matching" not in taken.answers),
        )
        if holds
    ]
    if not missing or st.session_state.get("phone:warned") == (number, missing):
        return True
    st.session_state["phone:warned"] = (number, missing)
    st.warning("\n\n".join([*missing, wp.KEEP_ANYWAY]))
    return False


def _short(code: str) -> str:
    return QUESTIONS[code].text if code in QUESTIONS else wp.PHONE_WHOM


def _contact(desk: Desk, number: str) -> tuple[ContactDetails, Any, str | None]:
    st.header(wp.PHONE_CONTACT, anchor=False)
    wants = st.radio(
        wp.PHONE_WANTS,
        ["choose_for_me", "therapist", "call_me", "wait"],
        format_func=lambda code: w.WANTS[code],
        key=f"phone:{number}:wants",
    )
    asked_for = None
    if wants == "therapist":
        names, key = told_apart(_people(desk)), f"phone:{number}:asked for"
        if st.session_state.get(key) not in names:
            # Somebody who no longer works here is nobody's choice.
            st.session_state.pop(key, None)
        asked_for = st.selectbox(wp.PHONE_WHOM, list(names), index=None, format_func=lambda t: names[t], key=key)
    given = {
        name: st.text_input(label, key=f"phone:{number}:contact {name}")
        for name, label in (("name", "Name"), ("pronouns", "Pronouns"), ("phone", "Telephone"), ("email", "E-mail"))
    }
    safe = st.multiselect(
        wp.PHONE_SAFE, SAFE_CONTACT, format_func=lambda way: w.SAFE[way], key=f"phone:{number}:contact safe"
    )
    note = st.text_input("Anything about contact", key=f"phone:{number}:contact note")
    return ContactDetails(**given, safe=tuple(safe), note=note), wants, asked_for


def _ask(desk: Desk, question: Question, answers: dict[str, Any], number: str) -> None:
    key = f"phone:{number}:{question.code}"
    codes = list(question.codes())
    if question.kind in ("text", "line"):
        value: Any = (
            st.text_area(question.text, key=key, height=100)
            if question.kind == "text"
            else st.text_input(question.text, key=key)
        )
    elif question.kind == "one":
        value = st.radio(question.text, codes, index=None, format_func=question.label, key=key, horizontal=True)
    elif question.kind == "number":
        value = st.number_input(question.text, 0.0, 10_000.0, None, step=10.0, format="%g", key=key)
    else:
        names = _open(desk, question) if question.kind == "open" else {}
        options = [*codes, *_own(desk, question)] if question.kind == "many" else list(names)
        # What they told before stays a choice, whoever works here now.
        options += [code for code in st.session_state.get(key) or () if code not in options]
        value = st.multiselect(question.text, options, format_func=lambda c: names.get(c) or question.label(c), key=key)
    if value not in (None, "", []):
        answers[question.code] = value
    if question.code == "concerns":
        _severities(value, answers, key)
    if question.matter and value:
        weight = st.radio(
            question.matter,
            list(WEIGHT.codes()),
            index=None,
            format_func=WEIGHT.label,
            key=f"{key}:weight",
            horizontal=True,
        )
        if weight:
            answers[weight_key(question.code)] = weight


def _severities(chosen: list[str], answers: dict[str, Any], key: str) -> None:
    levels = {}
    for code in chosen:
        label = f"{QUESTIONS['concerns'].label(code)}: how much does it weigh?"
        level = st.radio(
            label, list(SEVERITY.codes()), index=None, format_func=SEVERITY.label, key=f"{key}:{code}", horizontal=True
        )
        if level:
            levels[code] = level
    if levels:
        answers[SEVERITY.code] = levels


def _people(desk: Desk) -> dict[str, str]:
    return {therapist.therapist_id: therapist.name for therapist in desk.services.matching().therapists()}


def _own(desk: Desk, question: Question) -> list[str]:
    """Return the communities of this clinic alone, which the web offers beside those of everywhere."""
    if question is not CULTURE:
        return []
    ours = {code for community in COMMUNITIES for code in community.codes()}
    return sorted({code for person in desk.services.matching().therapists() for code in person.identities} - ours)


def _open(desk: Desk, question: Question) -> dict[str, str]:
    """Return the choices of a question that takes them from the clinic."""
    people = desk.services.matching().therapists()
    if question.code == "exclude_therapists":
        return _people(desk)
    codes = sorted({code for therapist in people for code in getattr(therapist, question.code, ())} - {"english"})
    return {code: question.label(code) for code in codes}

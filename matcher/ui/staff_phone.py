"""The phone intake: every question of the web's on one page, to fill in while somebody talks."""

from typing import Any

import streamlit as st

from matcher.domain.enquiry import SAFE_CONTACT, ContactDetails
from matcher.intake.parsing import AnswersError, risk_raised
from matcher.intake.question import Question
from matcher.intake.questionnaire import QUESTIONS, SEVERITY, WEIGHT, weight_key
from matcher.services.enquiry_words import direct_answer, texts_of
from matcher.services.phone_intake import Begun, PhoneIntake, begin_with, keep_phone_intake
from matcher.store.errors import StaleVersionError
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_phone as wp
from matcher.ui.desk import Desk
from matcher.ui.phone_fields import is_kept, keep_typed, number_of
from matcher.ui.staff_common import client_of_reference, frame, fresh, leave, now, short, turn


def draw_phone(desk: Desk) -> None:
    """Draw the page; with a reference in its address it completes that enquiry."""
    frame(wp.PHONE_TITLE)
    st.markdown(wp.PHONE_LEAD)
    begun = _begun(desk)
    number = number_of(begun)
    answers: dict[str, Any] = {}
    left, right = st.columns(2, gap="large")
    for place, (title, codes) in enumerate(wp.PHONE_PARTS.items()):
        with (left, right)[place % 2]:
            st.header(title, anchor=False)
            for code in codes:
                _ask(desk, QUESTIONS[code], answers, number)
    with right:
        contact, wants = _contact(number)
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
    # Before the button: keeping it leaves the page.
    keep_typed(number)
    _finish(desk, PhoneIntake(answers, contact, wants, begun, language), number)


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


def _finish(desk: Desk, taken: PhoneIntake, number: str) -> None:
    services, answers = desk.services, taken.answers
    flags = [
        flag for found in services.safety_flags([str(answers.get("about") or ""), *texts_of(answers)]) for flag in found
    ]
    spoken = taken.existing is not None and risk_raised(taken.shown) and not taken.existing.needs_person
    if direct_answer(answers) or (risk_raised(answers, flags) and not spoken):
        st.error(wp.PHONE_DANGER)
    if not st.button(wp.PHONE_KEEP, type="primary", key="phone:keep"):
        return
    try:
        receipt = keep_phone_intake(desk.person, services.store(), services.settings, taken, now())
    except StaleVersionError:
        st.error(wp.PHONE_STALE)
        return
    except AnswersError as error:
        st.error("\n\n".join(f"{_short(problem.question)}: {problem.message}" for problem in error.problems))
        return
    is_kept(number)
    fresh()
    leave(
        "good", wp.PHONE_KEPT.format(reference=receipt.reference, when=short(receipt.answer_by, services.settings.zone))
    )
    desk.go("enquiry", r=receipt.reference)


def _short(code: str) -> str:
    return QUESTIONS[code].text if code in QUESTIONS else code


def _contact(number: str) -> tuple[ContactDetails, Any]:
    st.header(wp.PHONE_CONTACT, anchor=False)
    wants = st.radio(
        wp.PHONE_WANTS,
        ["choose_for_me", "therapist", "call_me", "wait"],
        format_func=lambda code: w.WANTS[code],
        key=f"phone:{number}:wants",
    )
    given = {
        name: st.text_input(label, key=f"phone:{number}:contact {name}")
        for name, label in (("name", "Name"), ("pronouns", "Pronouns"), ("phone", "Telephone"), ("email", "E-mail"))
    }
    safe = st.multiselect(
        wp.PHONE_SAFE, SAFE_CONTACT, format_func=lambda way: w.SAFE[way], key=f"phone:{number}:contact safe"
    )
    note = st.text_input("Anything about contact", key=f"phone:{number}:contact note")
    return ContactDetails(**given, safe=tuple(safe), note=note), wants


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
        value = st.number_input(question.text, min_value=0, max_value=10_000, value=None, step=10, key=key)
    else:
        options = codes if question.kind == "many" else list(_open(desk, question))
        names = _open(desk, question) if question.kind == "open" else {}
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


def _open(desk: Desk, question: Question) -> dict[str, str]:
    """Return the choices of a question that takes them from the clinic."""
    people = desk.services.matching().therapists()
    if question.code == "exclude_therapists":
        return {therapist.therapist_id: therapist.name for therapist in people}
    codes = sorted({code for therapist in people for code in getattr(therapist, question.code, ())} - {"english"})
    return {code: question.label(code) for code in codes}

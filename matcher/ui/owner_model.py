"""The page of the ranking model: what ranks, how it does since, a new one on trial, and the way back."""

import json
from typing import Final

import numpy as np
import streamlit as st

from matcher.reports.values import Section
from matcher.services import model_desk
from matcher.services.model_desk import Model
from matcher.services.shown_card import shown_card, shown_sentence
from matcher.store.errors import StaleVersionError
from matcher.ui import state
from matcher.ui import wording_owner as wo
from matcher.ui.desk import Desk
from matcher.ui.report_parts import draw_section, plain_words

_NOTICE: Final = "model:notice"


def draw_model(desk: Desk) -> None:
    """Draw the page."""
    st.title(wo.MODEL_TITLE, anchor=False)
    st.markdown(wo.MODEL_LEAD)
    if st.session_state.pop(_NOTICE, False):
        st.error(wo.MODEL_STALE)
    kept = model_desk.models(desk.person, desk.services.store())
    used = next((model for model in kept if model.in_use), None)
    st.header(wo.IN_USE, anchor=False)
    if used is None:
        st.markdown(wo.PUBLISHED_IN_USE)
    else:
        _draw_card(used)
    _draw_since(desk, used)
    _draw_trial(desk)
    _draw_others(desk, kept, used)


def _draw_card(model: Model) -> None:
    card = model.card
    st.markdown(f"**{model.name}**")
    st.markdown(plain_words(shown_sentence(card.summary)))
    st.markdown(plain_words(model.verdict))
    if model.in_use and not card.use_learned:
        st.warning(wo.KEPT_BUT_UNUSED)
    with st.expander(wo.CARD):
        for limit in card.limits:
            st.markdown(f"- {plain_words(limit)}")
        st.code(json.dumps(shown_card(card), indent=2), language="json")


def _draw_since(desk: Desk, used: Model | None) -> None:
    st.header(wo.SINCE, anchor=False)
    if used is None:
        st.markdown(wo.NOT_TRAINED)
        return
    name = f"drift {used.model_hash}"
    if st.button(wo.LOOK, key="look"):
        state.flip(name)
    if state.flipped(name):
        with st.spinner(wo.MAKING):
            key = (desk.person.account_id, used.model_hash)
            sections = state.remember("drift", key, lambda: _drift(desk, used.model_hash))
        if not sections:
            st.markdown(wo.LEARNED_NOTHING)
        for section in sections:
            draw_section(section)


def _drift(desk: Desk, model_hash: str) -> tuple[Section, ...]:
    return model_desk.drift(desk.person, desk.services.store(), model_hash)


def _draw_trial(desk: Desk) -> None:
    st.header(wo.RETRAIN, anchor=False)
    st.markdown(wo.RETRAIN_LEAD)
    if st.button(wo.RETRAIN, key="retrain"):
        with st.spinner(wo.RETRAINING):
            model_desk.retrain(desk.person, desk.services.store())
        st.rerun()


def _draw_others(desk: Desk, kept: list[Model], used: Model | None) -> None:
    st.header(wo.BACK_TO, anchor=False)
    st.markdown(wo.BACK_LEAD)
    others = [model for model in kept if not model.in_use]
    if not others and used is None:
        st.markdown(wo.NO_OTHERS)
    for model in others:
        with st.container(border=True):
            _draw_card(model)
            _draw_choice(desk, used, model.model_hash, wo.USE)
    if used is not None:
        with st.container(border=True):
            st.markdown(wo.PUBLISHED_IN_USE)
            _draw_choice(desk, used, None, wo.USE_PUBLISHED)


def _draw_choice(desk: Desk, used: Model | None, model_hash: str | None, words: str) -> None:
    """Draw what would change, which has to be looked at first, and then the button that changes it."""
    key = model_hash or "published"
    if st.button(wo.SHOW_OTHER, key=f"compare-{key}"):
        state.flip(f"compare {key}")
    if not state.flipped(f"compare {key}"):
        return
    changes = model_desk.first_changes(desk.person, desk.services.store(), model_hash)
    if np.isnan(changes.asked):
        st.markdown(wo.FIRST_UNKNOWN)
    else:
        st.markdown(wo.FIRST_CHANGES.format(changed=f"about {changes.changed:.0f}", asked=f"{changes.asked:.0f}"))
    seen = None if used is None else used.model_hash
    st.button(words, key=f"use-{key}", type="primary", on_click=_use, args=(desk, model_hash, seen))


def _use(desk: Desk, model_hash: str | None, seen: str | None) -> None:
    try:
        model_desk.put_in_use(desk.person, desk.services.store(), model_hash, seen)
    except StaleVersionError:
        st.session_state[_NOTICE] = True

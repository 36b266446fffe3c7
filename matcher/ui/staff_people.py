"""People: who may sign in, with which role, and the one-time links that let them."""

from collections.abc import Callable
from html import escape
from typing import Any, Final

import streamlit as st

from matcher.domain.roles import ROLE_NAMES, Role
from matcher.services import account_rules, accounts
from matcher.services.accounts import Account, OneTimeLink
from matcher.services.one_time_links import address
from matcher.store.errors import StoreError
from matcher.ui import wording_accounts as wa
from matcher.ui.desk import Desk
from matcher.ui.literal import literal

TITLE: Final = wa.PEOPLE_TITLE
_NOTICE: Final = "people:notice"
_LINK: Final = "people:link"
_INVITE: Final = ("people:name", "people:account", "people:role")


def draw_people(desk: Desk) -> None:
    """Draw everyone with an account, what may be done about each, and the form to invite somebody."""
    everyone = accounts.people(desk.person, desk.services.store())
    st.title(TITLE, anchor=False)
    st.markdown(wa.PEOPLE_LEAD.format(clinic=literal(desk.services.settings.clinic_name)))
    _draw_notice()
    _draw_link(desk)
    for account in everyone:
        with st.container(border=True, key=f"person-{account.account_id}"):
            _draw_person(desk, account)
    st.header(wa.INVITE_HEADING, anchor=False)
    st.markdown(wa.INVITE_FORM_LEAD)
    with st.form("invite", border=False):
        st.text_input(wa.INVITE_NAME, key=_INVITE[0], max_chars=100)
        st.text_input(wa.INVITE_ACCOUNT, key=_INVITE[1], max_chars=100)
        st.caption(wa.INVITE_ACCOUNT_HELP)
        st.radio(wa.ROLE, accounts.roles_to_give(desk.person), key=_INVITE[2], format_func=ROLE_NAMES.__getitem__)
        st.form_submit_button(wa.INVITE_BUTTON, type="primary", key="invite-send", on_click=_invite, args=(desk,))


def _draw_person(desk: Desk, account: Account) -> None:
    # As HTML: Markdown would make a link of a sign-in name that is an e-mail address.
    st.html(
        f"<p><strong>{escape(account.display_name)}</strong><br>{escape(account.name)}<br>"
        f"{escape(ROLE_NAMES[account.role])}. {escape(wa.STATES[account_rules.state_of(account)])}.</p>"
    )
    if account.account_id == desk.person.account_id:
        st.caption(wa.PERSON_YOU)
    elif not accounts.may_change(desk.person, account):
        st.caption(wa.PERSON_OWNERS)
    else:
        with st.expander(wa.PERSON_MANAGE.format(name=literal(account.display_name))):
            _draw_changes(desk, account)


def _draw_changes(desk: Desk, account: Account) -> None:
    if account.disabled_at is not None:
        _button(desk, account, wa.ENABLE_BUTTON, "enable", _enable)
        return
    roles = accounts.roles_to_give(desk.person)
    st.selectbox(
        wa.ROLE,
        roles,
        index=roles.index(account.role),
        format_func=ROLE_NAMES.__getitem__,
        key=f"role-of-{account.account_id}",
    )
    _button(desk, account, wa.ROLE_BUTTON, "role", _change_role)
    _button(desk, account, wa.RESET_BUTTON, "reset", _reset, wa.RESET_WHY)
    _button(desk, account, wa.SIGN_OUT_THEM, "out", _sign_out)
    _button(desk, account, wa.DISABLE_BUTTON, "disable", _disable, wa.DISABLE_WHY)


def _button(
    desk: Desk, account: Account, label: str, name: str, act: Callable[[Desk, Account], str | None], why: str = ""
) -> None:
    st.button(label, key=f"{name}-{account.account_id}", on_click=_try, args=(act, desk, account))
    if why:
        st.caption(why)


def _try(act: Callable[..., str | None], *known: Any) -> None:
    st.session_state.pop(_LINK, None)
    try:
        done, well = act(*known), True
    except StoreError as error:
        done, well = wa.NOT_DONE.format(why=literal(str(error))), False
    st.session_state[_NOTICE] = None if done is None else (done, well)


def _change_role(desk: Desk, account: Account) -> str:
    role: Role = st.session_state[f"role-of-{account.account_id}"]
    accounts.change_role(desk.person, desk.services.store(), account, role)
    return wa.DONE_ROLE.format(name=literal(account.display_name), role=ROLE_NAMES[role])


def _reset(desk: Desk, account: Account) -> None:
    link = accounts.reset(desk.person, desk.services.store(), account)
    st.session_state[_LINK] = (account.display_name, link)


def _sign_out(desk: Desk, account: Account) -> str:
    accounts.sign_out_everywhere(desk.person, desk.services.store(), account.account_id)
    return wa.DONE_SIGNED_OUT.format(name=literal(account.display_name))


def _disable(desk: Desk, account: Account) -> str:
    accounts.disable(desk.person, desk.services.store(), account)
    return wa.DONE_DISABLED.format(name=literal(account.display_name))


def _enable(desk: Desk, account: Account) -> str:
    accounts.enable(desk.person, desk.services.store(), account)
    return wa.DONE_ENABLED.format(name=literal(account.display_name))


def _invite(desk: Desk) -> None:
    shown, name, role = (st.session_state[key] for key in _INVITE)

    def act() -> None:
        link = accounts.invite(desk.person, desk.services.store(), name, shown, role)
        st.session_state[_LINK] = (shown or link.name, link)
        for key in _INVITE[:2]:
            st.session_state[key] = ""

    _try(act)


def _draw_notice() -> None:
    notice = st.session_state.pop(_NOTICE, None)
    if notice is not None:
        words, well = notice
        (st.success if well else st.error)(words)


def _draw_link(desk: Desk) -> None:
    ready: tuple[str, OneTimeLink] | None = st.session_state.get(_LINK)
    if ready is None:
        return
    shown, link = ready
    with st.container(border=True, key="link-ready"):
        st.subheader(wa.LINK_READY.format(name=literal(shown)), anchor=False)
        hours = int(link.lasts.total_seconds() // 3600)
        st.markdown(wa.LINK_HAND_OVER.format(name=literal(shown), hours=hours))
        st.code(address(desk.services.settings, link.token), language=None, wrap_lines=True)
        st.button(wa.LINK_DONE, key="link-done", on_click=st.session_state.pop, args=(_LINK, None))

"""One-time links: the first owner's, an invitation, a new password. Using one sets a password and signs the person in.

The link's secret stands behind the # of the address, so no server and no log sees it; `address` writes it there.
"""

from dataclasses import dataclass
from typing import Final

from matcher.config import Settings
from matcher.services.account_rules import OWNER_LASTS
from matcher.services.passwords import check_new
from matcher.services.signing_in import Door, Entry, Visitor, let_in, neighbourhood
from matcher.store import accounts, links, sessions
from matcher.store.accounts import Account, AccountError
from matcher.store.attempts import begin_try, end_try, who
from matcher.store.codes import TRIES
from matcher.store.errors import StoreError
from matcher.store.links import Link
from matcher.store.store import Store, StoreSession

PATH: Final = "/auth/link"


class LinkSpentError(StoreError):
    """The link is unknown, was used before, has expired, or a newer one replaced it."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link is for, as its page says it; ``name`` is None where it makes the first owner's account."""

    purpose: links.Purpose
    name: str | None
    display_name: str | None


def address(settings: Settings, token: str, port: int = 8501, *, path: str = PATH) -> str:
    """Return the whole link as it is handed to a person."""
    return f"{settings.public_url or f'http://127.0.0.1:{port}'}{path}#{token}"


def first_owner_link(store: Store) -> str | None:
    """Return a link that makes the first owner's account, or None where there is any account; raises `StoreError`.

    Calls of one day return the same one, so that several processes on one store do not take each other's away.
    """
    with store.writing() as session:
        return None if accounts.any_account(session) else links.owner_link(session, OWNER_LASTS)


def first_owner_words(store: Store, settings: Settings, port: int, *, seen_by_a_person: bool) -> str | None:
    """Return what the server says where nobody has an account yet, or None where somebody has.

    The link is a key to everything, so it is made only where a person reads it at once; where words end in a log, how
    to get one is said instead.
    """
    if not seen_by_a_person:
        with store.reading() as session:
            return (
                None
                if accounts.any_account(session)
                else "Nobody has an account yet. Run: matcher user add NAME --role owner"
            )
    token = first_owner_link(store)
    return token and f"Nobody has an account yet. Make the owner's here, once:\n{address(settings, token, port)}"


def look_at_link(door: Door, token: str, visitor: Visitor) -> LinkView:
    """Return what a link is for, without using it up.

    Raises
    ------
    LinkSpentError
        If it opens nothing.
    TooManyTriesError
        If too many wrong ones came from this address.
    """
    with door.store.writing() as session:
        tried = begin_try(session, {who(session, "link", neighbourhood(visitor.address)): TRIES})
        link = links.open_link(session, token)
        account = None if link is None else _account(session, link)
        if link is not None:
            end_try(session, tried)
    # Outside of the block: raising inside would take the note of the try back.
    if link is None:
        raise LinkSpentError("this link has been used, has expired, or was replaced by a newer one.")
    if account is None:
        return LinkView(link.purpose, None, None)
    return LinkView(link.purpose, account.name, account.display_name)


def take_up_link(
    door: Door, token: str, password: str, visitor: Visitor, *, name: str = "", display_name: str = ""
) -> Entry:
    """Use a link up: keep the password, sign the person out everywhere else, and sign them in here.

    Parameters
    ----------
    door, token, password, visitor
        The way in, the link's secret, the new password, and the browser it comes from.
    name, display_name
        How the first owner will sign in and be shown; other links know whose they are.

    Raises
    ------
    PasswordRefusedError, AccountError
        If the password or the name may not be used; the link stays good.
    LinkSpentError, TooManyTriesError
        As `look_at_link`.
    """
    seen = look_at_link(door, token, visitor)
    check_new(password, seen.name or name, seen.display_name or display_name)
    hashed = door.passwords.hash(password)
    with door.store.writing() as session:
        link = links.open_link(session, token)
        if link is None or not links.use_link(session, link):
            raise LinkSpentError("this link was used a moment ago.")
        account = _account(session, link) or _first_owner(session, name, display_name)
        account = accounts.keep_password(session, account, hashed, account.account_id)
        sessions.revoke_sessions(session, account.account_id)
        links.withdraw_links(session, account.account_id)
        return let_in(door, session, account, visitor, f"{link.purpose} link")


def _account(session: StoreSession, link: Link) -> Account | None:
    return None if link.account_id is None else accounts.account_of(session, link.account_id)


def _first_owner(session: StoreSession, name: str, display_name: str) -> Account:
    if accounts.any_account(session):
        raise AccountError("the first account has been made meanwhile: ask its owner for an invitation.")
    links.withdraw_links(session, None)
    return accounts.add_account(session, name, display_name, "owner", "owner link")

"""What may be done to accounts, whoever asks: the rules under the guarded services and the command line.

One account that can manage accounts always stays able to sign in, so that a clinic never locks itself out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from matcher.domain.roles import ROLES, Role
from matcher.services.access import ALLOWED
from matcher.store import accounts, links, sessions
from matcher.store.accounts import Account, AccountError
from matcher.store.audit import record
from matcher.store.store import Store

INVITE_LASTS: Final = timedelta(days=3)
RESET_LASTS: Final = timedelta(hours=24)
OWNER_LASTS: Final = timedelta(hours=24)
_MANAGERS: Final = frozenset(role for role in ROLES if "manage_accounts" in ALLOWED[role])

AccountState = Literal["active", "invited", "disabled"]
#: Raises `AccountError` where whoever asks may not do this to the account as it is now, or did not see it so.
Rule: TypeAlias = Callable[[Account], None]


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link to hand to one person; ``token`` is shown once and goes behind the # of the address."""

    account_id: str
    name: str
    token: str
    lasts: timedelta


def anyone(_account: Account) -> None:
    """Allow whoever runs the program on the clinic's own machine."""


def invite(store: Store, name: str, shown: str, role: Role, actor: str) -> OneTimeLink:
    """Make an account and the link by which its person sets a password; raises as `accounts.add_account`."""
    with store.writing() as session:
        account = accounts.add_account(session, name, shown, role, actor)
        token = links.make_link(session, "invite", account.account_id, INVITE_LASTS)
        return OneTimeLink(account.account_id, account.name, token, INVITE_LASTS)


def reset(store: Store, account_id: str, actor: str, rule: Rule = anyone) -> OneTimeLink:
    """Sign somebody out everywhere, forget their password, and return the link by which they set a new one.

    The old password stops at once: a reset is what one does when somebody else may know it.
    """
    with store.writing() as session:
        account = accounts.account_of(session, account_id)
        rule(account)
        if account.disabled_at is not None:
            raise AccountError("the account is disabled: enable it first.")
        accounts.forget_password(session, account, actor)
        sessions.revoke_sessions(session, account_id)
        token = links.make_link(session, "reset", account_id, RESET_LASTS)
        return OneTimeLink(account_id, account.name, token, RESET_LASTS)


def disable(store: Store, account_id: str, actor: str, rule: Rule = anyone) -> Account:
    """Keep an account from signing in, end its sessions and withdraw its links.

    Raises
    ------
    AccountError
        If nobody else could then manage accounts.
    """
    with store.writing() as session:
        managers = accounts.ready_accounts(session, _MANAGERS)
        account = accounts.account_of(session, account_id)
        rule(account)
        _leave_a_manager(managers, account_id)
        if account.disabled_at is None:
            account = accounts.disable(session, account, actor)
        sessions.revoke_sessions(session, account_id)
        links.withdraw_links(session, account_id)
        return account


def enable(store: Store, account_id: str, actor: str, rule: Rule = anyone) -> Account:
    """Let an account sign in again."""
    with store.writing() as session:
        account = accounts.account_of(session, account_id)
        rule(account)
        return account if account.disabled_at is None else accounts.enable(session, account, actor)


def change_role(store: Store, account_id: str, role: Role, actor: str, rule: Rule = anyone) -> Account:
    """Give an account another role, which counts from the next click on; raises as `disable`."""
    if role not in ROLES:
        raise AccountError("this is no role.")
    with store.writing() as session:
        managers = accounts.ready_accounts(session, _MANAGERS)
        account = accounts.account_of(session, account_id)
        rule(account)
        if role not in _MANAGERS:
            _leave_a_manager(managers, account_id)
        return account if account.role == role else accounts.change_role(session, account, role, actor)


def sign_out_everywhere(store: Store, account_id: str, actor: str, rule: Rule = anyone) -> int:
    """End all of an account's sessions and return how many were open."""
    with store.writing() as session:
        rule(accounts.account_of(session, account_id))
        record(session, actor, "signed out everywhere", "account", account_id)
        return sessions.revoke_sessions(session, account_id)


def all_accounts(store: Store) -> list[Account]:
    """Return every account, by name."""
    with store.reading() as session:
        return accounts.list_accounts(session)


def state_of(account: Account) -> AccountState:
    """Return whether somebody can sign in."""
    if account.disabled_at is not None:
        return "disabled"
    return "active" if account.has_password or account.has_openid else "invited"


def id_of(store: Store, name: str) -> str:
    """Return the id of a sign-in name's account.

    Raises
    ------
    AccountError
        If there is none.
    """
    with store.reading() as session:
        account = accounts.account_named(session, name)
    if account is None:
        raise AccountError(f"nobody signs in as {name!r}: see matcher user list.")
    return account.account_id


def _leave_a_manager(managers: set[str], account_id: str) -> None:
    if managers and managers <= {account_id}:
        raise AccountError("this is the last account that can manage accounts: give somebody else that role first.")

"""Accounts as people who manage them see and change them: every call checks the role, and whose account it is.

Administrators look after everybody but owners; owners after everybody. Nobody changes their own role or disables
themselves, so that neither happens by a slip.
"""

from matcher.domain.roles import Role
from matcher.services import account_rules
from matcher.services.access import Person, needs
from matcher.services.account_rules import OneTimeLink, Rule
from matcher.store.accounts import Account, AccountError
from matcher.store.errors import StaleVersionError
from matcher.store.store import Store

__all__ = [
    "Account",
    "AccountError",
    "OneTimeLink",
    "change_role",
    "disable",
    "enable",
    "invite",
    "may_change",
    "people",
    "reset",
    "roles_to_give",
    "sign_out_everywhere",
]


@needs("manage_accounts")
def people(person: Person, store: Store) -> list[Account]:
    """Return every account, by name."""
    return account_rules.all_accounts(store)


@needs("manage_accounts")
def invite(person: Person, store: Store, name: str, shown: str, role: Role) -> OneTimeLink:
    """Make an account and return the link its person sets a password with.

    Raises
    ------
    AccountError
        If the name is taken or unusable, or the role is not this person's to give.
    """
    _check_role(person, role)
    return account_rules.invite(store, name, shown, role, person.account_id)


@needs("manage_accounts")
def reset(person: Person, store: Store, seen: Account) -> OneTimeLink:
    """Sign somebody out everywhere and return a link for a new password; raises as `disable` where not theirs."""
    return account_rules.reset(store, seen.account_id, person.account_id, _theirs(person, seen))


@needs("manage_accounts")
def disable(person: Person, store: Store, seen: Account) -> Account:
    """Keep somebody from signing in, at once; ``seen`` is the account as it was shown.

    Raises
    ------
    AccountError
        For oneself, the last who manages accounts, and where it is not theirs to do.
    StaleVersionError
        If somebody else changed the account since.
    """
    return account_rules.disable(store, seen.account_id, person.account_id, _theirs(person, seen, not_self="disable"))


@needs("manage_accounts")
def enable(person: Person, store: Store, seen: Account) -> Account:
    """Let somebody sign in again; raises as `disable`."""
    return account_rules.enable(store, seen.account_id, person.account_id, _theirs(person, seen))


@needs("manage_accounts")
def change_role(person: Person, store: Store, seen: Account, role: Role) -> Account:
    """Give somebody another role, from their next click on; raises as `disable` and where the role is not theirs."""
    _check_role(person, role)
    rule = _theirs(person, seen, not_self="change the role of")
    return account_rules.change_role(store, seen.account_id, role, person.account_id, rule)


@needs("manage_accounts")
def sign_out_everywhere(person: Person, store: Store, account_id: str) -> int:
    """End all of somebody's sessions and return how many were open; raises `AccountError` where not theirs."""
    return account_rules.sign_out_everywhere(store, account_id, person.account_id, _theirs(person, None))


@needs("manage_accounts")
def roles_to_give(person: Person) -> tuple[Role, ...]:
    """Return the roles this person may give."""
    staff: tuple[Role, ...] = ("intake", "lead")
    return (*staff, "owner", "administrator") if person.role == "owner" else (*staff, "administrator")


@needs("manage_accounts")
def may_change(person: Person, account: Account) -> bool:
    """Return whether an account is this person's to look after."""
    return person.role == "owner" or account.role != "owner"


def _check_role(person: Person, role: Role) -> None:
    if role not in roles_to_give(person):
        raise AccountError("only an owner can make somebody an owner.")


def _theirs(person: Person, seen: Account | None, not_self: str = "") -> Rule:
    def rule(account: Account) -> None:
        if not may_change(person, account):
            raise AccountError("only an owner can change an owner's account.")
        if not_self and account.account_id == person.account_id:
            raise AccountError(f"you cannot {not_self} your own account: ask somebody else who manages accounts.")
        if seen is not None and account.version != seen.version:
            raise StaleVersionError("somebody else changed this account meanwhile: look at it again.")

    return rule

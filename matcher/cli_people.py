"""The commands that look after accounts; `matcher.cli` adds them to its own.

Whoever may run them holds the key file and so the whole store: they ask for no role, and the log names the command
line. A link is printed to the screen, once, to be handed to its person.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer
from rich.table import Table

from matcher.config import Settings, read_settings
from matcher.console import OUTPUT
from matcher.domain.roles import ROLE_NAMES, ROLES, Role
from matcher.services import account_rules, clinic_data, one_time_links
from matcher.services.account_rules import OneTimeLink
from matcher.store.accounts import Account, AccountError
from matcher.store.store import Store

_ACTOR: Final = "command line"

user_app = typer.Typer(no_args_is_help=True, help="The accounts of people who work at the clinic.")
NameArgument = Annotated[str, typer.Argument(help="The sign-in name.")]
RoleOption = Annotated[str, typer.Option("--role", help=f"One of {', '.join(ROLES)}.")]


@user_app.command()
def add(
    name: NameArgument,
    role: RoleOption,
    shown: Annotated[str, typer.Option("--shown", help="The name colleagues see; else the sign-in name.")] = "",
) -> None:
    """Make an account and print the one-time link with which its person sets a password."""
    with _store() as (store, settings):
        _print_link(settings, account_rules.invite(store, name, shown, _role(role), _ACTOR))


@user_app.command()
def reset(name: NameArgument) -> None:
    """Forget a password, sign the person out everywhere, and print a one-time link for a new password."""
    with _store() as (store, settings):
        _print_link(settings, account_rules.reset(store, account_rules.id_of(store, name), _ACTOR))


@user_app.command()
def disable(name: NameArgument) -> None:
    """Sign somebody out at once and keep them out."""
    with _store() as (store, _):
        account_rules.disable(store, account_rules.id_of(store, name), _ACTOR)
    OUTPUT.print(f"{name} is signed out and cannot sign in any more.", markup=False)


@user_app.command()
def enable(name: NameArgument) -> None:
    """Let somebody sign in again."""
    with _store() as (store, _):
        account_rules.enable(store, account_rules.id_of(store, name), _ACTOR)
    OUTPUT.print(f"{name} can sign in again.", markup=False)


@user_app.command()
def role(name: NameArgument, role: RoleOption) -> None:
    """Give somebody another role; it counts from their next click."""
    with _store() as (store, _):
        account_rules.change_role(store, account_rules.id_of(store, name), _role(role), _ACTOR)
    OUTPUT.print(f"{name} is now: {ROLE_NAMES[_role(role)]}.", markup=False)


@user_app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False) -> None:
    """Show every account, its role, and whether its person can sign in."""
    with _store() as (store, _):
        everyone = account_rules.all_accounts(store)
    if as_json:
        OUTPUT.print_json(json.dumps([_row(account) for account in everyone]))
        return
    table = Table("Sign-in name", "Name", "Role", "State", box=None)
    for account in everyone:
        table.add_row(*(_plain(cell) for cell in _row(account).values()))
    OUTPUT.print(table)


def add_commands(app: typer.Typer) -> None:
    """Add these commands to an app."""
    app.add_typer(user_app, name="user")


@contextmanager
def _store() -> Iterator[tuple[Store, Settings]]:
    settings = read_settings()
    store = clinic_data.clinic_store(settings, make=True)
    try:
        yield store, settings
    finally:
        store.close()


def _role(name: str) -> Role:
    for known in ROLES:
        if known == name:
            return known
    raise AccountError(f"there is no role {name!r}: use one of {', '.join(ROLES)}.")


def _row(account: Account) -> dict[str, str]:
    state = account_rules.state_of(account)
    return {"account": account.name, "name": account.display_name, "role": account.role, "state": state}


def _plain(cell: str) -> str:
    # A name may hold what the table would read as colours.
    return cell.replace("[", r"\[")


def _print_link(settings: Settings, link: OneTimeLink) -> None:
    hours = int(link.lasts.total_seconds() // 3600)
    OUTPUT.print(f"For {link.name} alone; works once, within {hours} hours:", markup=False)
    # Not through the console, which would break the line where the terminal ends.
    typer.echo(one_time_links.address(settings, link.token))

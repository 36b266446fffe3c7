"""Who may do what: the one place where a role is checked, for every page and every service call."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Final, Literal, ParamSpec, TypeVar, get_args

from matcher.domain.roles import ROLES, Role

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

Action = Literal[
    "see_queue",
    "work_enquiry",
    "place_list",
    "edit_therapists",
    "export_client",
    "erase_client",
    "see_report",
    "see_therapist_report",
    "manage_model",
    "manage_accounts",
    "import_data",
    "see_audit",
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

#: Least privilege: owners see how the clinic does, not what a client wrote; administrators see neither.
ALLOWED: Final[dict[Role, frozenset[Action]]] = {
    "intake": frozenset({"see_queue", "work_enquiry", "place_list", "edit_therapists", "export_client"}),
    "lead": frozenset(
        {
            "see_queue",
            "work_enquiry",
            "place_list",
            "edit_therapists",
            "export_client",
            "erase_client",
            "see_report",
            "see_therapist_report",
        }
    ),
    "owner": frozenset(
        {"see_report", "see_therapist_report", "manage_model", "manage_accounts", "erase_client", "see_audit"}
    ),
    "administrator": frozenset({"manage_accounts", "import_data", "see_audit"}),
}

#: Every guarded service by its full name, and the action it needs; filled as services are defined.
GUARDED: Final[dict[str, Action]] = {}


class NotAllowedError(PermissionError):
    """The signed-in person's role does not include this, or nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is signed in; ``account_id`` is what the audit log names."""

    account_id: str
    name: str
    role: Role


def may(person: Person | None, action: Action) -> bool:
    """Return whether a person may do something; nobody signed in may do nothing."""
    return person is not None and person.role in ROLES and action in ALLOWED[person.role]


def needs(
    action: Action,
) -> Callable[[Callable[Concatenate[Person, Arguments], Result]], Callable[Concatenate[Person, Arguments], Result]]:
    """Guard a service whose first argument is the person who asks; it raises `NotAllowedError` for everyone else."""

    def guard(
        service: Callable[Concatenate[Person, Arguments], Result],
    ) -> Callable[Concatenate[Person, Arguments], Result]:
        GUARDED[f"{service.__module__}.{service.__qualname__}"] = action

        @wraps(service)
        def guarded(person: Person, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            if not may(person, action):
                raise NotAllowedError("your role does not include this.")
            return service(person, *args, **kwargs)

        return guarded

    return guard

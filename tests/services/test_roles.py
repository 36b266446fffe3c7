"""The whole matrix of role and service: each call is refused exactly where the one table says so."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

import matcher.services
from matcher.domain.roles import ROLE_NAMES, ROLES, Role
from matcher.services.access import ACTIONS, ALLOWED, GUARDED, NotAllowedError, Person, may, needs

MODULES: dict[str, ModuleType] = {
    name: importlib.import_module(name)
    for name in (f"matcher.services.{found.name}" for found in pkgutil.iter_modules(matcher.services.__path__))
}
UI = Path(matcher.services.__file__).parents[1] / "ui"
#: What anybody signed in does with their own account alone; the person is whom it is about.
OWN_ACCOUNT = {
    f"matcher.services.signing_in.{name}" for name in ("change_password", "own_sessions", "sign_out_everywhere")
}
#: They return what guarded services are then given, and read nothing of a client.
MAKERS = {"matcher.services.signing_in.door_of", "matcher.services.staff_ranking.ranking_now"}
EVERYBODY: tuple[Role | None, ...] = (*ROLES, None)


class ReachedError(Exception):
    """The guard let the call through to where it would have begun to work."""


class Trap:
    """Stands for any argument: whatever is done with it, the guard has let it pass."""

    def __getattr__(self, name: str) -> NoReturn:
        raise ReachedError

    def __iter__(self) -> NoReturn:
        raise ReachedError

    def __bool__(self) -> NoReturn:
        raise ReachedError

    def __eq__(self, other: object) -> NoReturn:
        raise ReachedError

    __hash__ = object.__hash__


def public_functions() -> dict[str, Any]:
    """Return every public function of the services by its full name."""
    return {
        f"{name}.{function.__qualname__}": function
        for name, module in MODULES.items()
        for function in vars(module).values()
        if inspect.isfunction(function) and function.__module__ == name and not function.__name__.startswith("_")
    }


def takes(function: Any, kind: str) -> bool:
    """Return whether a function has a parameter of a type with this name."""
    words = (str(parameter.annotation) for parameter in inspect.signature(function).parameters.values())
    return any(word.removesuffix("'>").rpartition(".")[2].split(" ")[0] == kind for word in words)


def is_refused(name: str, role: Role | None) -> bool:
    """Call a service as somebody of a role, everything else a trap, and return whether the guard refused."""
    module, _, function = name.rpartition(".")
    service = getattr(MODULES[module], function)
    parameters = list(inspect.signature(service).parameters.values())[1:]
    needed = [each for each in parameters if each.default is each.empty and each.kind is not each.VAR_KEYWORD]
    positional = [Trap() for each in needed if each.kind is not each.KEYWORD_ONLY]
    named = {each.name: Trap() for each in needed if each.kind is each.KEYWORD_ONLY}
    person = None if role is None else Person("a1", "Ada", role)
    try:
        service(person, *positional, **named)
    except NotAllowedError:
        return True
    except Exception:
        # It began to work, and fell into a trap.
        return False
    return False


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("name", sorted(GUARDED))
def test_a_call_is_refused_exactly_where_the_table_says_so(name: str, role: Role | None) -> None:
    allowed = role is not None and GUARDED[name] in ALLOWED[role]
    assert is_refused(name, role) is not allowed


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_no_made_up_role_gets_through(name: str) -> None:
    assert is_refused(name, "superuser")  # type: ignore[arg-type]


def test_every_service_that_is_told_who_asks_is_guarded() -> None:
    asked = {name for name, function in public_functions().items() if takes(function, "Person")}
    assert asked - set(GUARDED) - OWN_ACCOUNT - {"matcher.services.access.may"} == set()
    assert set(GUARDED) <= asked


def test_the_person_comes_first_and_is_not_optional() -> None:
    for name in GUARDED:
        first = next(iter(inspect.signature(public_functions()[name]).parameters.values()))
        assert (first.name, first.default) == ("person", first.empty), name


def service_calls(path: Path) -> set[str]:
    """Return the full names of the services a module names, imported one by one or through their module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules, found = {}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "matcher.services":
            modules |= {(alias.asname or alias.name): f"matcher.services.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matcher.services."):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.add(f"{modules[node.value.id]}.{node.attr}")
    return found


def test_staff_pages_reach_the_store_through_guarded_services_alone() -> None:
    open_to_all = {name for name, function in public_functions().items() if takes(function, "Store")} - set(GUARDED)
    pages = [path for start in ("staff_", "owner_", "downloads") for path in UI.glob(f"{start}*.py")]
    assert len(pages) > 5
    unguarded = {path.name: service_calls(path) & open_to_all - MAKERS for path in pages}
    assert {name: calls for name, calls in unguarded.items() if calls} == {}


def test_staff_pages_leave_the_store_itself_alone() -> None:
    for path in (path for start in ("staff_", "owner_") for path in UI.glob(f"{start}*.py")):
        text = path.read_text(encoding="utf-8")
        assert ".reading()" not in text, path.name
        assert ".writing()" not in text, path.name


def test_the_table_knows_every_role_and_every_action_is_somebodys() -> None:
    assert set(ALLOWED) == set(ROLES) == set(ROLE_NAMES)
    assert set().union(*ALLOWED.values()) == set(ACTIONS)
    assert set(GUARDED.values()) <= set(ACTIONS)


#: How the README words each action.
IN_WORDS: dict[str, str] = {
    "see_queue": "see the queue of enquiries",
    "work_enquiry": "work on enquiries",
    "place_list": "place the waiting list",
    "edit_therapists": "look after therapists' entries",
    "export_client": "hand a client their data",
    "erase_client": "erase a client",
    "see_report": "see match outcomes",
    "see_therapist_report": "see one therapist's outcomes",
    "manage_model": "train and choose the model",
    "manage_accounts": "manage accounts",
    "import_data": "import data",
    "see_audit": "read the audit log",
}


def test_the_readme_says_what_each_role_may_do() -> None:
    readme = (Path(matcher.services.__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    head, _, *rows = readme.partition("| may |")[2].split("\n\n")[0].splitlines()
    roles = [ROLES[list(ROLE_NAMES.values()).index(name.strip().capitalize())] for name in head.strip(" |").split("|")]
    said = {}
    for row in rows:
        words, *cells = (cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|"))
        said[words] = {role for role, cell in zip(roles, cells, strict=True) if cell == "yes"}
    assert said == {words: {role for role in ROLES if action in ALLOWED[role]} for action, words in IN_WORDS.items()}
    assert set(IN_WORDS) == set(ACTIONS)


def test_those_who_do_not_work_with_clients_do_not_see_what_they_wrote() -> None:
    words = {"see_queue", "work_enquiry", "export_client", "place_list"}
    assert not words & ALLOWED["owner"]
    assert not words & ALLOWED["administrator"]
    assert not may(None, "see_queue")


def test_a_refusal_happens_before_anything_else() -> None:
    done = []

    @needs("see_queue")
    def service(person: Person, what: str) -> None:
        done.append(what)

    del GUARDED[f"{__name__}.{service.__qualname__}"]
    with pytest.raises(NotAllowedError):
        service(Person("a", "A", "owner"), "x")
    service(Person("a", "A", "intake"), "y")
    assert done == ["y"]

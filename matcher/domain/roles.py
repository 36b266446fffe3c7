"""Who may be signed in: the roles, in one place."""

from typing import Final, Literal, get_args

Role = Literal["intake", "lead", "owner", "administrator"]
#: ``lead`` is the clinician lead. Clients have no account: they come in without one, or by a code.
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ROLE_NAMES: Final[dict[Role, str]] = {
    "intake": "Intake staff",
    "lead": "Clinician lead",
    "owner": "Owner",
    "administrator": "Administrator",
}

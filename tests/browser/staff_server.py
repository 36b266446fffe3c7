"""The real app on a small clinic with two people of its staff signed in: ``python staff_server.py PORT FOLDER``."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from made import clinic, therapist
from staffed import CLINIC, INTAKE, enquire

from matcher.config import Settings
from matcher.services.fit_checks import ask_fit_check_code
from matcher.services.therapist_desk import make_link
from matcher.store.accounts import add_account
from matcher.store.clinics import import_clinic
from matcher.store.rows import Contact
from matcher.store.sessions import open_session
from matcher.ui.server import create_app
from matcher.ui.wiring import real_services

folder = Path(sys.argv[2])
services = real_services(Settings(data_dir=folder / "data", key_file=folder / "keys.json"))
app = create_app(services)


def prepare() -> None:
    """Fill the store and sign two people in."""
    store = services.store()
    import_clinic(store, CLINIC)
    import_clinic(store, clinic(therapist("t8", name="Hana Sato", modalities="act")))
    with store.writing() as session:
        for name in ("mira", "jo"):
            account = add_account(session, name, name.capitalize(), "intake", "test")
            (folder / name).write_text(open_session(session, account.account_id, timedelta(hours=2)))
    (folder / "code").write_text(make_link(INTAKE, store, "t3", datetime.now(UTC)))
    # Only the first therapist, with one place, can see these two.
    narrow = {"exclude_therapists": ("t2", "t3", "t4", "t5", "t6", "t7", "t8")}
    enquire(store, "last1", contact=Contact("Ada Rao"), **narrow)
    enquire(store, "last2", contact=Contact("Bo Lind"), **narrow)
    enquire(store, "danger", contact=Contact("Cy Moreno", None, "0491 570 156"), needs_person=True,
            about="I want to kill myself")  # fmt: skip
    enquire(store, "change", contact=Contact("Dee Okoye"), state="booked", therapist_id="t2")
    (folder / "fit").write_text(ask_fit_check_code(INTAKE, store, "change", "t2", 1))
    enquire(store, "plain", contact=Contact("Eve Tran"))


if __name__ == "__main__":
    prepare()
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")

"""The real app on the demo clinic with people signed in: ``python owner_app.py PORT FOLDER``.

Each role's session token is written to the folder for the browser to carry.
"""

import sys
from datetime import timedelta
from pathlib import Path

import uvicorn

from matcher.config import Settings
from matcher.ranking.recommender import Recommender
from matcher.services.clinic_data import demo_clinic
from matcher.store import slates
from matcher.store.accounts import add_account
from matcher.store.sessions import open_session
from matcher.ui.server import create_app
from matcher.ui.wiring import real_services

folder = Path(sys.argv[2])
services = real_services(Settings(data_dir=folder / "data", key_file=folder / "keys.json"))
app = create_app(services)


def prepare() -> None:
    """Sign people in and keep a match to look back at."""
    store, clinic = services.store(), demo_clinic()
    with store.writing() as session:
        for role in ("owner", "lead", "intake"):
            account = add_account(session, f"{role}@example.org", f"{role.capitalize()} Person", role, "test")
            (folder / role).write_text(open_session(session, account.account_id, timedelta(hours=2)))
        slate = Recommender().fit(clinic).recommend(clinic.clients.iloc[:1], top=3)[0]
        made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists))
        slates.save_slate(session, slate, clinic.clients.iloc[:1], made_with, "intake")


if __name__ == "__main__":
    prepare()
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")

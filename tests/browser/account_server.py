"""The real app on a small clinic where nobody has an account yet: ``python account_server.py PORT FOLDER``.

The first owner's link is written to the folder, as a person would read it in the terminal.
"""

import sys
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from staffed import CLINIC

from matcher.config import Settings
from matcher.services.one_time_links import address, first_owner_link
from matcher.store.clinics import import_clinic
from matcher.ui.server import create_app
from matcher.ui.wiring import real_services

port, folder = int(sys.argv[1]), Path(sys.argv[2])
settings = Settings(data_dir=folder / "data", key_file=folder / "keys.json")
services = real_services(settings)
app = create_app(services)

if __name__ == "__main__":
    import_clinic(services.store(), CLINIC)
    (folder / "owner-link").write_text(address(settings, first_owner_link(services.store()) or "", port))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")

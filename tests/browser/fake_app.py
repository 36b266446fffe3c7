"""The real web app on the small fake clinic: ``python fake_app.py PORT``."""

import sys
from pathlib import Path
from tempfile import mkdtemp

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ui"))

import uvicorn
from fakes import fake_services

from matcher.store.keys import new_keyring
from matcher.store.store import open_store
from matcher.ui.server import create_app

store = open_store(f"sqlite:///{mkdtemp()}/store.sqlite", new_keyring())
app = create_app(fake_services(store=lambda: store))

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")

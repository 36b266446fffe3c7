"""The real web app on the small fake clinic and a given store: ``python live_app.py PORT STORE_URL KEY_FILE``."""

import sys
from pathlib import Path

import uvicorn
from fakes import fake_services

from matcher.config import Settings
from matcher.store.keys import read_key_file
from matcher.store.store import open_store
from matcher.ui.server import create_app

if __name__ == "__main__":
    port, url, key_file = sys.argv[1:4]
    store = open_store(url, read_key_file(Path(key_file)))
    app = create_app(fake_services(Settings(), store=lambda: store))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")

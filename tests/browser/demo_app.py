"""The real web app, store and ranking on the demo clinic, in a folder of its own: ``python demo_app.py PORT``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from matcher.config import Settings
from matcher.ui.server import create_app
from matcher.ui.wiring import real_services

folder = TemporaryDirectory()
app = create_app(real_services(Settings(data_dir=Path(folder.name), key_file=Path(folder.name, "keys.json"))))

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")

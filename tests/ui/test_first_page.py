"""Nobody waits for the store, the model or the reports to see the first page."""

import subprocess
import sys

HEAVY = ("pandas", "sqlalchemy", "alembic", "sklearn", "scipy", "jinja2", "altair", "weasyprint", "authlib")
PROGRAM = f"""
import sys, streamlit
before = set(sys.modules)
import matcher.ui.server
print([name for name in {HEAVY!r} if name in set(sys.modules) - before])
"""


def test_the_servers_import_leaves_what_is_heavy_for_later():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

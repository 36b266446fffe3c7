"""The therapists' page: everybody whose places were not confirmed lately is reminded of."""

from pathlib import Path

import pytest
from staff_app import open_app
from staffed import new_store

from matcher.ui import staff_therapists


def asked(app) -> set[str]:
    """Return whose places the page asks to confirm."""
    return {button.key.removeprefix("confirm:") for button in app.button if button.key.startswith("confirm:")}


def test_everybody_stale_is_on_a_page_of_the_reminders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_therapists, "_REMINDED", 2)
    app = open_app(new_store(tmp_path), first="therapists")
    pages = [asked(app)]
    while len(pages) < app.number_input(key="remind:page").max:
        app = app.number_input(key="remind:page").set_value(len(pages) + 1).run()
        assert not app.exception
        pages.append(asked(app))
    assert set.union(*pages) >= {"t2", "t3", "t4", "t5", "t6"}
    assert sum(map(len, pages)) == len(set.union(*pages))

"""The theme kept is the theme Streamlit works out, section by section, and a section without settings stays away."""

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from matcher.ui import theme_once as kept_theme

SECTIONS = ("theme", "theme.sidebar", "theme.light", "theme.dark", "theme.light.sidebar", "theme.dark.sidebar")


def whole(populate) -> bytes:
    """Return the theme as it is sent: one message with a part for each section."""
    theme = CustomThemeConfig()
    for name in SECTIONS:
        part = theme
        for step in name.split(".")[1:]:
            part = getattr(part, step)
        populate(part, name)
    return theme.SerializeToString(deterministic=True)


def test_what_is_sent_is_the_same_and_worked_out_once_a_section(monkeypatch: pytest.MonkeyPatch) -> None:
    before = app_session._populate_theme_msg
    work_out = getattr(before, "work_out", before)
    monkeypatch.setattr(app_session, "_populate_theme_msg", lambda msg, section="theme": said(msg, section))
    asked: list[str] = []

    def said(msg: CustomThemeConfig, section: str) -> None:
        asked.append(section)
        work_out(msg, section)

    old = config.get_option("theme.primaryColor")
    config.set_option("theme.primaryColor", "#123456")
    try:
        kept_theme.theme_once()
        expected = whole(work_out)
        assert b"#123456" in expected
        assert [whole(app_session._populate_theme_msg) for _ in range(3)] == [expected] * 3
    finally:
        config.set_option("theme.primaryColor", old)
    assert asked == list(SECTIONS)


def test_a_streamlit_that_calls_it_something_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    kept_theme.theme_once()
    assert not hasattr(app_session, "_populate_theme_msg")

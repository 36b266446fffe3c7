"""The theme is worked out once, not for every answer.

Streamlit sends the theme with each run of a page and works it out anew each time, out of all of its settings: found
with 200 people, a tenth of the processor. It cannot change while the server runs.
"""

from collections.abc import Callable
from typing import Any

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

#: What Streamlit calls it; where a later version has it no longer, nothing is changed.
_NAME = "_populate_theme_msg"


def theme_once() -> None:
    """Let Streamlit keep the theme of each section it has worked out."""
    work_out: Callable[..., None] | None = getattr(app_session, _NAME, None)
    if work_out is None or hasattr(work_out, "work_out"):
        return
    kept: dict[str, CustomThemeConfig] = {}

    def populate(msg: Any, section: str = "theme") -> None:
        if section not in kept:
            made = CustomThemeConfig()
            work_out(made, section)
            kept[section] = made
        # Nothing is merged where nothing is set: a browser tells a section without settings from none.
        if kept[section].ByteSize():
            msg.MergeFrom(kept[section])

    populate.work_out = work_out  # type: ignore[attr-defined]
    setattr(app_session, _NAME, populate)

"""The web app: ``streamlit run app.py`` or ``uvicorn app:app``. An installed copy starts it with ``matcher serve``."""

import streamlit as st

from matcher.ui.server import PAGE_SCRIPT, app_parts

app = st.App(PAGE_SCRIPT, **app_parts())

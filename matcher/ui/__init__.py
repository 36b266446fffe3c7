"""The web app: pages that draw, on services that decide. Only this room knows Streamlit."""

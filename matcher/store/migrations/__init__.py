"""Alembic revisions, oldest first; `matcher.store.migrate` runs them."""

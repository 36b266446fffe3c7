"""Every table of the store together, and what in them is encrypted."""

from sqlalchemy import Table

from matcher.store.account_tables import accounts
from matcher.store.enquiry_tables import drafts, enquiries, enquiry_events, therapist_settings
from matcher.store.tables import choices, clients, contacts, fit_checks, metadata, models, overrides, slates

__all__ = ["SEALED", "metadata"]

# (table, id column, sealed column): what a change of keys seals again.
SEALED: tuple[tuple[Table, str, str], ...] = (
    (clients, "client_id", "private"),
    (contacts, "client_id", "private"),
    (models, "model_hash", "content"),
    (slates, "slate_id", "snapshot"),
    (choices, "choice_id", "words"),
    (overrides, "override_id", "words"),
    (fit_checks, "fit_check_id", "answers"),
    (accounts, "account_id", "private"),
    (drafts, "owner", "private"),
    (enquiries, "client_id", "private"),
    (enquiry_events, "event_id", "words"),
    (therapist_settings, "therapist_id", "email"),
)

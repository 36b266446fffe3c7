"""The store: the clinic, slates as shown, decisions and the audit log, on SQLite or PostgreSQL, safe by design."""

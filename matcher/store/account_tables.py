"""Tables of who may come in: accounts, sessions, one-time links, failed attempts, and codes without an account.

A secret somebody carries (cookie, link, code) is kept only as its hash.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from matcher.domain.roles import ROLES
from matcher.store.columns import Code, UtcDateTime
from matcher.store.tables import metadata

LINK_PURPOSES: tuple[str, ...] = ("owner", "invite", "reset")
CODE_PURPOSES: tuple[str, ...] = ("return", "fit_check", "therapist_profile", "therapist_report")

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String(32), primary_key=True),
    # What is typed at sign-in, lower case; never an e-mail address of a client.
    Column("name", Text, nullable=False, unique=True),
    Column("role", Code(ROLES), nullable=False),
    Column("private", LargeBinary, nullable=False),
    # argon2id; None until the first link is used, or where sign-in is by OpenID Connect alone.
    Column("password", Text, nullable=True),
    # A keyed hash of issuer and subject.
    Column("openid", String(64), nullable=True, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime, nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
sessions = Table(
    "sessions",
    metadata,
    Column("session_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("revoked_at", UtcDateTime, nullable=True),
)
links = Table(
    "links",
    metadata,
    Column("link_hash", String(64), primary_key=True),
    Column("purpose", Code(LINK_PURPOSES), nullable=False),
    # None for the first owner, whose account the link makes.
    Column("account_id", ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=True, index=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=True),
)
attempts = Table(
    "attempts",
    metadata,
    Column("attempt_id", String(32), primary_key=True),
    # A keyed hash of the name or the address that tried, so that the table names nobody.
    Column("who", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("worked", Boolean, nullable=False),
    Index(None, "who", "at"),
)
codes = Table(
    "codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("purpose", Code(CODE_PURPOSES), nullable=False),
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=True, index=True),
    Column("therapist_id", ForeignKey("therapists.therapist_id", ondelete="CASCADE"), nullable=True, index=True),
    # The fit check it opens.
    Column("subject_id", Text, nullable=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("used_at", UtcDateTime, nullable=True),
)

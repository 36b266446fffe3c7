"""Tables of what happens between a first question and a first session: drafts, enquiries, what staff did, and after."""

from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from matcher.domain.vocabulary import MEASURES
from matcher.store.columns import Code, UtcDateTime
from matcher.store.tables import metadata

STATES: tuple[str, ...] = ("new", "contacted", "offered", "booked", "waiting", "closed")
SOURCES: tuple[str, ...] = ("web", "phone", "import", "change")
WANTS: tuple[str, ...] = ("therapist", "choose_for_me", "call_me", "wait")
CLOSED: tuple[str, ...] = (
    "started", "declined", "went_elsewhere", "referred_on", "no_answer", "duplicate", "withdrew", "other",
)  # fmt: skip

drafts = Table(
    "drafts",
    metadata,
    # The SHA-256 of the browser's draft cookie.
    Column("owner", String(64), primary_key=True),
    Column("private", LargeBinary, nullable=False),
    # The hash of the code to come back with, once one was asked for.
    Column("code_hash", String(64), nullable=True, unique=True),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
enquiries = Table(
    "enquiries",
    metadata,
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), primary_key=True),
    # What a client is told to quote; says nothing of them.
    Column("reference", String(12), nullable=False, unique=True),
    Column("state", Code(STATES), nullable=False, index=True),
    Column("source", Code(SOURCES), nullable=False),
    Column("language", Text, nullable=False, server_default=text("'en'")),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    # Matching is withheld while this is true; only a named person's recorded call makes it false.
    Column("needs_person", Boolean, nullable=False, index=True),
    # Something was written that the safety rules cannot read, so a person reads it.
    Column("needs_reading", Boolean, nullable=False, server_default=text("false")),
    Column("due_at", UtcDateTime, nullable=True, index=True),
    Column("assigned_to", Text, nullable=True),
    Column("wants", Code(WANTS), nullable=True),
    # Whom they asked for, were offered, or booked: the state says which.
    Column("therapist_id", ForeignKey("therapists.therapist_id", ondelete="SET NULL"), nullable=True, index=True),
    Column("offered_at", UtcDateTime, nullable=True),
    Column("booked_at", UtcDateTime, nullable=True),
    Column("first_session_at", UtcDateTime, nullable=True),
    Column("closed_at", UtcDateTime, nullable=True),
    Column("closed_reason", Code(CLOSED), nullable=True),
    Column("merged_into", ForeignKey("clients.client_id", ondelete="SET NULL"), nullable=True, index=True),
    Column("consent_matching_at", UtcDateTime, nullable=True),
    Column("consent_research_at", UtcDateTime, nullable=True),
    Column("updated_at", UtcDateTime, nullable=False),
    # Why a person was asked for, hopes, past therapy, name and pronouns, safe-contact wishes: everything in words.
    Column("private", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
enquiry_events = Table(
    "enquiry_events",
    metadata,
    Column("event_id", String(32), primary_key=True),
    Column("client_id", ForeignKey("clients.client_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # A coded reason or outcome, never an answer.
    Column("code", Text, nullable=True),
    Column("words", LargeBinary, nullable=True),
    Index(None, "client_id", "at"),
)
therapist_settings = Table(
    "therapist_settings",
    metadata,
    Column("therapist_id", ForeignKey("therapists.therapist_id", ondelete="CASCADE"), primary_key=True),
    Column("leave_from", Date, nullable=True),
    Column("leave_until", Date, nullable=True),
    # Concern codes they do not take on, and the at most three they put first; separated by ";".
    Column("declined_concerns", Text, nullable=True),
    Column("primary_concerns", Text, nullable=True),
    Column("email", LargeBinary, nullable=True),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
column_maps = Table(
    "column_maps",
    metadata,
    Column("name", Text, primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    # A role, or a therapist_id.
    Column("recipient", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False, index=True),
    Column("sent_at", UtcDateTime, nullable=True),
    Column("seen_at", UtcDateTime, nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),
)
# What stays of an erased client's course where they agreed to it: nothing that leads back to them.
kept_outcomes = Table(
    "kept_outcomes",
    metadata,
    Column("outcome_id", String(32), primary_key=True),
    Column("therapist_id", Text, nullable=False, index=True),
    Column("started_month", Date, nullable=True),
    Column("age_group", Text, nullable=True),
    Column("main_concern", Text, nullable=True),
    Column("measure", Code(MEASURES), nullable=True),
    Column("score_start", Double, nullable=True),
    Column("score_end", Double, nullable=True),
    Column("sessions", Integer, nullable=True),
    Column("ending", Text, nullable=True),
    Column("matched_by", Text, nullable=True),
    Column("alliance_goal", Double, nullable=True),
    Column("alliance_task", Double, nullable=True),
    Column("alliance_bond", Double, nullable=True),
)

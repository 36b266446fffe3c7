"""From a first question to a first session: drafts, enquiries, what staff did; places held; what outlives erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _journey()
    _around()
    op.add_column("places", sa.Column("held_until", _MOMENT, nullable=True))


def _journey() -> None:
    op.create_table(
        "drafts",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_drafts")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_drafts_code_hash")),
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"], unique=False)
    op.create_table(
        "enquiries",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("'en'"), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("needs_reading", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("wants", sa.String(), nullable=True),
        sa.Column("therapist_id", sa.Text(), nullable=True),
        sa.Column("offered_at", _MOMENT, nullable=True),
        sa.Column("booked_at", _MOMENT, nullable=True),
        sa.Column("first_session_at", _MOMENT, nullable=True),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("consent_matching_at", _MOMENT, nullable=True),
        sa.Column("consent_research_at", _MOMENT, nullable=True),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.client_id"], name=op.f("fk_enquiries_client_id_clients"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["clients.client_id"], name=op.f("fk_enquiries_merged_into_clients"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"],
            ["therapists.therapist_id"],
            name=op.f("fk_enquiries_therapist_id_therapists"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("reference", name=op.f("uq_enquiries_reference")),
    )
    op.create_index(op.f("ix_enquiries_due_at"), "enquiries", ["due_at"], unique=False)
    op.create_index(op.f("ix_enquiries_merged_into"), "enquiries", ["merged_into"], unique=False)
    op.create_index(op.f("ix_enquiries_needs_person"), "enquiries", ["needs_person"], unique=False)
    op.create_index(op.f("ix_enquiries_received_at"), "enquiries", ["received_at"], unique=False)
    op.create_index(op.f("ix_enquiries_state"), "enquiries", ["state"], unique=False)
    op.create_index(op.f("ix_enquiries_therapist_id"), "enquiries", ["therapist_id"], unique=False)
    op.create_table(
        "enquiry_events",
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.client_id"], name=op.f("fk_enquiry_events_client_id_clients"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_enquiry_events")),
    )
    op.create_index(op.f("ix_enquiry_events_client_id"), "enquiry_events", ["client_id"], unique=False)
    op.create_index(
        op.f("ix_enquiry_events_client_id_enquiry_events_at"), "enquiry_events", ["client_id", "at"], unique=False
    )


def _around() -> None:
    op.create_table(
        "therapist_settings",
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("leave_from", sa.Date(), nullable=True),
        sa.Column("leave_until", sa.Date(), nullable=True),
        sa.Column("declined_concerns", sa.Text(), nullable=True),
        sa.Column("primary_concerns", sa.Text(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["therapist_id"],
            ["therapists.therapist_id"],
            name=op.f("fk_therapist_settings_therapist_id_therapists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("therapist_id", name=op.f("pk_therapist_settings")),
    )
    op.create_table(
        "column_maps",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_column_maps")),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_made_at"), "notices", ["made_at"], unique=False)
    op.create_table(
        "kept_outcomes",
        sa.Column("outcome_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("started_month", sa.Date(), nullable=True),
        sa.Column("age_group", sa.Text(), nullable=True),
        sa.Column("main_concern", sa.Text(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("score_start", sa.Double(), nullable=True),
        sa.Column("score_end", sa.Double(), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=True),
        sa.Column("alliance_goal", sa.Double(), nullable=True),
        sa.Column("alliance_task", sa.Double(), nullable=True),
        sa.Column("alliance_bond", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_kept_outcomes")),
    )
    op.create_index(op.f("ix_kept_outcomes_therapist_id"), "kept_outcomes", ["therapist_id"], unique=False)

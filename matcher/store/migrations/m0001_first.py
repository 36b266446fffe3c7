"""The first tables: the clinic, slates with what they were made from, decisions, places, and the audit chain.

A migration says what the tables were when it was written; it imports nothing that may change later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MONEY = sa.Numeric().with_variant(sa.Double(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _clinic()
    _matching()
    _decisions()
    _audit()


def _clinic() -> None:
    op.create_table(
        "store_info",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_store_info")),
    )
    op.create_table(
        "therapists",
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("profession", sa.String(), nullable=True),
        sa.Column("years_experience", sa.Double(), nullable=True),
        sa.Column("concerns", sa.Text(), nullable=False),
        sa.Column("modalities", sa.Text(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("age_groups", sa.Text(), nullable=True),
        sa.Column("formats", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("fee", _MONEY, nullable=True),
        sa.Column("funding", sa.Text(), nullable=True),
        sa.Column("availability", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("openings_confirmed_on", sa.Date(), nullable=True),
        sa.Column("next_opening", sa.Date(), nullable=True),
        sa.Column("identities", sa.Text(), nullable=True),
        sa.Column("directiveness", sa.Double(), nullable=True),
        sa.Column("emotional_intensity", sa.Double(), nullable=True),
        sa.Column("past_focus", sa.Double(), nullable=True),
        sa.Column("challenge", sa.Double(), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_therapists_capacity_not_overdrawn")),
        sa.PrimaryKeyConstraint("therapist_id", name=op.f("pk_therapists")),
    )
    op.create_index(op.f("ix_therapists_position"), "therapists", ["position"], unique=False)
    op.create_table(
        "clients",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("enquired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("age", sa.Double(), nullable=True),
        sa.Column("concerns", sa.Text(), nullable=False),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("directiveness", sa.Double(), nullable=True),
        sa.Column("emotional_intensity", sa.Double(), nullable=True),
        sa.Column("past_focus", sa.Double(), nullable=True),
        sa.Column("challenge", sa.Double(), nullable=True),
        sa.Column("therapist_gender", sa.Text(), nullable=True),
        sa.Column("modalities", sa.Text(), nullable=True),
        sa.Column("identities", sa.Text(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("formats", sa.Text(), nullable=True),
        sa.Column("max_fee", _MONEY, nullable=True),
        sa.Column("funding", sa.Text(), nullable=True),
        sa.Column("availability", sa.Text(), nullable=True),
        sa.Column("max_distance_km", sa.Double(), nullable=True),
        sa.Column("next_opening_by", sa.Date(), nullable=True),
        sa.Column("must_have", sa.Text(), nullable=True),
        sa.Column("exclude_therapists", sa.Text(), nullable=True),
        sa.Column("risk_raised", sa.Boolean(), nullable=True),
        sa.Column("importance", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_clients")),
    )
    op.create_index(op.f("ix_clients_position"), "clients", ["position"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.client_id"], name=op.f("fk_contacts_client_id_clients"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_contacts")),
    )
    op.create_table(
        "episodes",
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("score_start", sa.Double(), nullable=True),
        sa.Column("score_end", sa.Double(), nullable=True),
        sa.Column("alliance_goal", sa.Double(), nullable=True),
        sa.Column("alliance_task", sa.Double(), nullable=True),
        sa.Column("alliance_bond", sa.Double(), nullable=True),
        sa.Column("matched_by", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.client_id"], name=op.f("fk_episodes_client_id_clients")),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_episodes")),
    )
    op.create_index(op.f("ix_episodes_client_id"), "episodes", ["client_id"], unique=False)
    op.create_index(op.f("ix_episodes_position"), "episodes", ["position"], unique=False)
    op.create_index(op.f("ix_episodes_therapist_id"), "episodes", ["therapist_id"], unique=False)


def _matching() -> None:
    op.create_table(
        "models",
        sa.Column("model_hash", sa.String(length=64), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("model_hash", name=op.f("pk_models")),
    )
    op.create_index(
        "uq_models_in_use",
        "models",
        ["in_use"],
        unique=True,
        sqlite_where=sa.text("in_use"),
        postgresql_where=sa.text("in_use"),
    )
    op.create_table(
        "catalogues",
        sa.Column("catalogue_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("catalogue_hash", name=op.f("pk_catalogues")),
    )
    op.create_table(
        "slates",
        sa.Column("slate_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("model_hash", sa.String(length=64), nullable=False),
        sa.Column("catalogue_hash", sa.String(length=64), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["catalogue_hash"], ["catalogues.catalogue_hash"], name=op.f("fk_slates_catalogue_hash_catalogues")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.client_id"], name=op.f("fk_slates_client_id_clients"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slate_id", name=op.f("pk_slates")),
    )
    op.create_index(op.f("ix_slates_client_id"), "slates", ["client_id"], unique=False)
    op.create_index(op.f("ix_slates_made_at"), "slates", ["made_at"], unique=False)
    op.create_table(
        "slate_rows",
        sa.Column("slate_id", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Double(), nullable=False),
        sa.Column("benefit_low", sa.Double(), nullable=False),
        sa.Column("benefit_high", sa.Double(), nullable=False),
        sa.Column("preference_fit", sa.Double(), nullable=True),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.CheckConstraint("propensity > 0 AND propensity <= 1", name=op.f("ck_slate_rows_propensity_is_a_chance")),
        sa.ForeignKeyConstraint(
            ["slate_id"], ["slates.slate_id"], name=op.f("fk_slate_rows_slate_id_slates"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slate_id", "rank", name=op.f("pk_slate_rows")),
    )
    op.create_index(op.f("ix_slate_rows_therapist_id"), "slate_rows", ["therapist_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "places",
        sa.Column("place_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.client_id"], name=op.f("fk_places_client_id_clients"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["therapist_id"], ["therapists.therapist_id"], name=op.f("fk_places_therapist_id_therapists")
        ),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_client_id"), "places", ["client_id"], unique=False)
    op.create_index(op.f("ix_places_therapist_id"), "places", ["therapist_id"], unique=False)
    op.create_index(
        "uq_places_held",
        "places",
        ["therapist_id", "client_id"],
        unique=True,
        sqlite_where=sa.text("given_back_at IS NULL"),
        postgresql_where=sa.text("given_back_at IS NULL"),
    )
    op.create_table(
        "choices",
        sa.Column("choice_id", sa.String(length=32), nullable=False),
        sa.Column("slate_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["slate_id"], ["slates.slate_id"], name=op.f("fk_choices_slate_id_slates"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("choice_id", name=op.f("pk_choices")),
    )
    op.create_index(op.f("ix_choices_slate_id"), "choices", ["slate_id"], unique=False)
    op.create_table(
        "overrides",
        sa.Column("override_id", sa.String(length=32), nullable=False),
        sa.Column("slate_id", sa.String(length=32), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slate_id"], ["slates.slate_id"], name=op.f("fk_overrides_slate_id_slates"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("override_id", name=op.f("pk_overrides")),
    )
    op.create_index(op.f("ix_overrides_slate_id"), "overrides", ["slate_id"], unique=False)
    op.create_table(
        "fit_checks",
        sa.Column("fit_check_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("therapist_id", sa.Text(), nullable=False),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.client_id"], name=op.f("fk_fit_checks_client_id_clients"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fit_check_id", name=op.f("pk_fit_checks")),
    )
    op.create_index(op.f("ix_fit_checks_client_id"), "fit_checks", ["client_id"], unique=False)
    op.create_index(op.f("ix_fit_checks_therapist_id"), "fit_checks", ["therapist_id"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_action"), "audit", ["action"], unique=False)
    op.create_index(op.f("ix_audit_subject_id"), "audit", ["subject_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )

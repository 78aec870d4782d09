"""Accounts, sessions, attempts, and an audit log that can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NEXT = "(SELECT coalesce(max(number), 0) + 1 FROM audit_log)"
_SAID = "the audit log can only grow"

SQLITE = (
    f"CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log "
    f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END",
    f"CREATE TRIGGER audit_log_delete BEFORE DELETE ON audit_log "
    f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END",
    f"CREATE TRIGGER audit_log_insert BEFORE INSERT ON audit_log WHEN NEW.number <> {_NEXT} "
    f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END",
)
POSTGRESQL = (
    f"CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN IF TG_OP = 'INSERT' THEN IF NEW.number = {_NEXT} THEN RETURN NEW; END IF; END IF; "
    f"RAISE EXCEPTION '{_SAID}'; END $$",
    "CREATE TRIGGER audit_log_row BEFORE INSERT OR UPDATE OR DELETE ON audit_log "
    "FOR EACH ROW EXECUTE FUNCTION audit_log_only_grows()",
    "CREATE TRIGGER audit_log_truncate BEFORE TRUNCATE ON audit_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()",
)


def upgrade() -> None:
    """From nothing."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("made_at", sa.Float(53), nullable=False),
        sa.Column("closed_at", sa.Float(53), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.Float(53), nullable=False),
        sa.Column("seen_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    for column in ("account", "address", "at"):
        op.create_index(f"ix_attempts_{column}", "attempts", [column])
    op.create_table(
        "audit_log",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("page", sa.String(300), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_log"),
    )
    for column in ("who", "subject"):
        op.create_index(f"ix_audit_log_{column}", "audit_log", [column])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)

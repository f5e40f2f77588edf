"""The outbox: messages, what was written where, receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    _message()
    _resource()
    _receipt()


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("server", sa.Text, nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("untried", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", sa.String(27)),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("issues", sa.Text),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'delivered', 'parked', 'superseded')", name="message_state"
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (owner IS NOT NULL AND lease_until IS NOT NULL)", name="message_lease"
        ),
        sqlite_autoincrement=True,
    )
    _only_one("message_one_under_way", "state = 'sending' OR (state = 'waiting' AND NOT untried)")
    _only_one("message_one_untried", "state = 'waiting' AND untried")
    _only_one("message_one_parked", "state = 'parked'")
    op.create_index("message_by_patient", "message", ["server", "patient", "id"])
    op.create_index("message_by_state", "message", ["server", "state", "due"])


def _only_one(name: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "message", ["server", "patient"], unique=True, sqlite_where=where, postgresql_where=where)


def _resource() -> None:
    op.create_table(
        "resource",
        sa.Column("server", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(64), primary_key=True),
        sa.Column("ours", sa.String(64), primary_key=True),
        sa.Column("theirs", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("patient", sa.Text, nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
    )
    op.create_index("resource_by_theirs", "resource", ["server", "kind", "theirs"])
    op.create_index("resource_by_patient", "resource", ["server", "patient"])


def _receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("message", _NUMBER, sa.ForeignKey("message.id"), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("ours", sa.String(64), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("location", sa.Text),
        sa.Column("at", sa.String(27), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("receipt_by_message", "receipt", ["message"])

"""The order of events, and when something was said

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("turn", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("overtime", sa.Integer(), nullable=True))
        batch_op.create_index("jobs_lane", ["lane", "state"])
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("worded", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("said_in", sa.String(length=255), nullable=True))
        batch_op.create_index("ix_feedback_said_in", ["said_in"])


def downgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_said_in")
        batch_op.drop_column("said_in")
        batch_op.drop_column("said_at")
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_column("worded")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("jobs_lane")
        batch_op.drop_column("overtime")
        batch_op.drop_column("turn")
        batch_op.drop_column("lane")

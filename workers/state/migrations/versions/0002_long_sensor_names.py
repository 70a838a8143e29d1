"""Edges between sensors with long names

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite never had the limit
        op.alter_column("feedback", "aspect", type_=sa.Text())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("feedback", "aspect", type_=sa.String(255), postgresql_using="left(aspect, 255)")

"""Since when a platform is silent, which presses are counted, and files by their content

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("silent", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("clicks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted", sa.JSON(), nullable=True))
    with op.batch_alter_table("datasets", schema=None) as batch_op:
        batch_op.create_index("ix_datasets_sha256", ["sha256"])


def downgrade() -> None:
    with op.batch_alter_table("datasets", schema=None) as batch_op:
        batch_op.drop_index("ix_datasets_sha256")
    with op.batch_alter_table("clicks", schema=None) as batch_op:
        batch_op.drop_column("counted")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_column("silent")

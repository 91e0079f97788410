"""Files of jobs stand in parts of a megabyte, so that no worker has to hold the whole of one.

In one step: a server of before finds no file any more, so the change log has them stopped first.
What it made is here at once again, and a file lives three days.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0034", "0033"


def upgrade() -> None:
    """Make a part of each file that there is; none is larger than a list."""
    op.create_table(
        "job_file_parts",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["job_files.job_id"],
            name=op.f("fk_job_file_parts_job_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_file_parts")),
    )
    op.execute(
        "INSERT INTO job_file_parts (job_id, number, content)"
        " SELECT job_id, 0, content FROM job_files"
    )
    # Not in a batch: SQLite would make the table anew, and the parts would go with the old one.
    op.drop_column("job_files", "content")


def downgrade() -> None:
    """Put those of one part together again; larger ones can be asked for anew."""
    op.add_column("job_files", sa.Column("content", sa.LargeBinary(), nullable=True))
    op.execute(
        "DELETE FROM job_files WHERE job_id IN (SELECT job_id FROM job_file_parts WHERE number > 0)"
    )
    op.execute(
        "UPDATE job_files SET content ="
        " (SELECT content FROM job_file_parts WHERE job_file_parts.job_id = job_files.job_id)"
    )
    op.drop_table("job_file_parts")
    op.execute("DELETE FROM job_files WHERE content IS NULL")
    with op.batch_alter_table("job_files") as table:
        table.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)

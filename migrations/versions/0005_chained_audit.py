"""Each row of the audit log is chained to the one before it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COMPLETE = """
SET LOCAL ROLE postern_owner;
SET LOCAL ROLE postern_registrar;
SELECT chain_act(a.org_id, a.id) FROM (SELECT org_id, id FROM audit_log WHERE place IS NULL ORDER BY org_id, at, id) a;
RESET ROLE;
"""


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.add_column('audit_log', sa.Column('place', sa.BigInteger(), nullable=True))
    op.add_column('audit_log', sa.Column('digest', sa.LargeBinary(), nullable=True))
    op.add_column('audit_log', sa.Column('hash', sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(op.f('uq_audit_log_org_id_place'), 'audit_log', ['org_id', 'place'])
    op.create_table('audit_heads',
        sa.Column('org_id', sa.Uuid(), nullable=False),
        sa.Column('place', sa.BigInteger(), nullable=False),
        sa.Column('hash', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_audit_heads_org_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('org_id', name=op.f('pk_audit_heads')),
    )
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.drop_table('audit_heads')
    op.drop_constraint(op.f('uq_audit_log_org_id_place'), 'audit_log')
    for column in ('hash', 'digest', 'place'):
        op.drop_column('audit_log', column)
    op.execute("RESET ROLE")

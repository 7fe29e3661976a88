"""The fleet decides: notices of limits, agents chosen among several, partners of types, letters about notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

TYPES = "'ticket_created', 'ticket_assigned', 'ticket_updated', 'ticket_commented', 'ticket_resolved', 'ticket_closed', 'stage_hook', 'mention', 'chat', 'sla'"
METHOD = postgresql.DOMAIN('assignment_method', sa.Text(), create_type=False)
BUSY = "status IN ('open', 'in_progress', 'waiting_on_customer') AND assigned_to IS NOT NULL"


def upgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    _admit(f"{TYPES}, 'limit'")
    op.execute("CREATE DOMAIN assignment_method AS text CHECK (VALUE IN ('round_robin', 'least_busy'))")
    for table in ('request_types', 'routing_rules'):
        op.add_column(table, sa.Column('assign_by', METHOD, nullable=True))
        op.add_column(table, sa.Column('team_id', sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f'fk_{table}_org_id_team_id'), table, 'teams', ['org_id', 'team_id'], ['org_id', 'id'], ondelete='SET NULL (team_id)')
        op.create_index(f'ix_{table}_team_id', table, ['org_id', 'team_id'], unique=False)
    op.add_column('request_types', sa.Column('assigned_org_id', sa.Uuid(), nullable=True))
    op.create_index('ix_tickets_busy', 'tickets', ['org_id', 'assigned_to'], unique=False, postgresql_where=sa.text(BUSY))
    op.create_table('assignment_turns',
        sa.Column('org_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), server_default=sa.text('uuidv7()'), nullable=False),
        sa.Column('team_id', sa.Uuid(), nullable=True),
        sa.Column('department_id', sa.Uuid(), nullable=True),
        sa.Column('last_id', sa.Uuid(), nullable=False),
        sa.CheckConstraint('team_id IS NULL OR department_id IS NULL', name=op.f('ck_assignment_turns_of_one')),
        sa.ForeignKeyConstraint(['org_id', 'department_id'], ['departments.org_id', 'departments.id'], name=op.f('fk_assignment_turns_org_id_department_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['org_id', 'team_id'], ['teams.org_id', 'teams.id'], name=op.f('fk_assignment_turns_org_id_team_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['org_id'], ['organizations.id'], name=op.f('fk_assignment_turns_org_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('org_id', 'id', name=op.f('pk_assignment_turns')),
        sa.UniqueConstraint('org_id', 'team_id', 'department_id', name=op.f('uq_assignment_turns_org_id_team_id_department_id'), postgresql_nulls_not_distinct=True),
    )
    op.create_index('ix_assignment_turns_department_id', 'assignment_turns', ['org_id', 'department_id'], unique=False)
    # What is there already was read or was not; nobody gets letters about it now.
    op.add_column('notifications', sa.Column('mailed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=True))
    op.alter_column('notifications', 'mailed_at', server_default=None)
    op.create_index('ix_notifications_unmailed', 'notifications', ['created_at'], unique=False, postgresql_where=sa.text('mailed_at IS NULL'))
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute("SET LOCAL ROLE postern_owner")
    op.drop_index('ix_notifications_unmailed', table_name='notifications')
    op.drop_column('notifications', 'mailed_at')
    op.drop_table('assignment_turns')
    op.drop_index('ix_tickets_busy', table_name='tickets')
    op.drop_column('request_types', 'assigned_org_id')
    for table in ('routing_rules', 'request_types'):
        op.drop_column(table, 'team_id')
        op.drop_column(table, 'assign_by')
    op.execute("DROP DOMAIN assignment_method")
    op.execute("DELETE FROM notifications WHERE type = 'limit'")
    _admit(TYPES)
    op.execute("RESET ROLE")


def _admit(types: str) -> None:
    op.execute("ALTER DOMAIN notification_type DROP CONSTRAINT notification_type_check")
    op.execute(f"ALTER DOMAIN notification_type ADD CONSTRAINT notification_type_check CHECK (VALUE IN ({types}))")

"""The first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clock_turn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_turn'))
    )
    op.create_table('heartbeat',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('identity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('unionid', sa.String(length=64), nullable=True),
    sa.Column('following', sa.Boolean(), nullable=False),
    sa.Column('said_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('said_left', sa.Integer(), nullable=False),
    sa.Column('tapped_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tapped_left', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('account', 'openid', name=op.f('uq_identity_account_openid'))
    )
    op.create_table('inbound',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('body_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('incident', sa.String(length=12), nullable=True),
    sa.Column('reply_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound')),
    sa.UniqueConstraint('account', 'key', name=op.f('uq_inbound_account_key'))
    )
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.create_index('ix_inbound_body', ['received_at'], unique=False, sqlite_where=sa.text("body_sealed IS NOT NULL"), postgresql_where=sa.text("body_sealed IS NOT NULL"))
        batch_op.create_index('ix_inbound_waiting', ['id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('periodic_run',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('slot', sa.String(length=40), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', 'slot', name=op.f('pk_periodic_run'))
    )
    op.create_table('school',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('timezone', sa.String(length=40), nullable=False),
    sa.Column('sending_stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('roster_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school')),
    sa.UniqueConstraint('key', name=op.f('uq_school_key'))
    )
    op.create_table('wrong_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sender_mark', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wrong_try'))
    )
    with op.batch_alter_table('wrong_try', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wrong_try_sender_mark'), ['sender_mark'], unique=False)

    op.create_table('conversation',
    sa.Column('identity_id', sa.Integer(), nullable=False),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('state_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_conversation_identity_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('identity_id', name=op.f('pk_conversation'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_changed_at'), ['changed_at'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_mark', sa.String(length=64), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('surveys_stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_person_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_left', ['left_at'], unique=False, sqlite_where=sa.text("left_at IS NOT NULL AND phone_sealed IS NOT NULL"), postgresql_where=sa.text("left_at IS NOT NULL AND phone_sealed IS NOT NULL"))
        batch_op.create_index('ix_person_school_phone', ['school_id', 'phone_mark'], unique=False)

    op.create_table('unclear',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('pending', sa.String(length=20), nullable=False),
    sa.Column('intent', sa.String(length=30), nullable=False),
    sa.Column('asked', sa.String(length=40), nullable=False),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('looked_by', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_unclear_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unclear'))
    )
    with op.batch_alter_table('unclear', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unclear_at'), ['at'], unique=False)

    op.create_table('school_class',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_class_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_class')),
    sa.UniqueConstraint('school_id', 'name', name=op.f('uq_school_class_school_id_name'))
    )
    op.create_table('permit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('identity_id', sa.Integer(), nullable=False),
    sa.Column('template', sa.String(length=80), nullable=False),
    sa.Column('left', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_permit_identity_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_permit')),
    sa.UniqueConstraint('identity_id', 'template', name=op.f('uq_permit_identity_id_template'))
    )
    op.create_table('tap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('identity_id', sa.Integer(), nullable=False),
    sa.Column('deed', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_tap_identity_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tap'))
    )
    with op.batch_alter_table('tap', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tap_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_tap_identity_id'), ['identity_id'], unique=False)

    op.create_table('binding',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('identity_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('bound_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['identity.id'], name=op.f('fk_binding_identity_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_binding_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_binding')),
    sa.UniqueConstraint('identity_id', 'person_id', name=op.f('uq_binding_identity_id_person_id'))
    )
    with op.batch_alter_table('binding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_binding_person_id'), ['person_id'], unique=False)

    op.create_table('code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_mark', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_code_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code')),
    sa.UniqueConstraint('code_mark', name=op.f('uq_code_code_mark'))
    )
    with op.batch_alter_table('code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_code_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_code_person_id'), ['person_id'], unique=False)

    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('slot', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('priority', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=True),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receipt', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notification_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_notification_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('school_id', 'kind', 'subject_id', 'round', 'slot', 'person_id', name='uq_notification_key')
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index('ix_notification_due', ['priority', 'due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_notification_lease', ['lease_until', 'id'], unique=False, sqlite_where=sa.text("state = 'sending'"), postgresql_where=sa.text("state = 'sending'"))
        batch_op.create_index('ix_notification_open', ['person_id'], unique=False, sqlite_where=sa.text("state IN ('pending', 'sending')"), postgresql_where=sa.text("state IN ('pending', 'sending')"))
        batch_op.create_index('ix_notification_person', ['person_id', 'id'], unique=False)
        batch_op.create_index('ix_notification_receipt', ['receipt'], unique=False)
        batch_op.create_index('ix_notification_subject', ['kind', 'subject_id'], unique=False)

    op.create_table('student',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('gender', sa.String(length=4), nullable=False),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('boarding', sa.Boolean(), nullable=False),
    sa.Column('remote', sa.Boolean(), nullable=False),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('health_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('categories_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_student_class_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_student_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_student')),
    sa.UniqueConstraint('school_id', 'number', name=op.f('uq_student_school_id_number'))
    )
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.create_index('ix_student_left', ['left_at'], unique=False, sqlite_where=sa.text("left_at IS NOT NULL AND erased_at IS NULL"), postgresql_where=sa.text("left_at IS NOT NULL AND erased_at IS NULL"))
        batch_op.create_index('ix_student_class', ['class_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('text_version', sa.String(length=20), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_consent_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_consent_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_consent_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index('ix_consent_person', ['person_id', 'student_id'], unique=False)

    op.create_table('guardianship',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('relation', sa.String(length=20), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('muted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_guardianship_person_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_guardianship_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardianship')),
    sa.UniqueConstraint('student_id', 'person_id', name=op.f('uq_guardianship_student_id_person_id'))
    )
    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guardianship_person_id'), ['person_id'], unique=False)

    op.create_table('history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('change_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_history_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_history_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history'))
    )
    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.create_index('ix_history_subject', ['subject', 'subject_id'], unique=False)

    op.create_table('erasure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_erasure_asked_by_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_erasure_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_erasure_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure')),
    sa.UniqueConstraint('student_id', name=op.f('uq_erasure_student_id'))
    )
    op.create_table('reading_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_reading_request_answered_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reading_request_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_reading_request_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_reading_request_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading_request'))
    )
    with op.batch_alter_table('reading_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_request_student_id'), ['student_id'], unique=False)

    op.create_table('read_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('group', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_read_log_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_read_log_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_read_log'))
    )
    with op.batch_alter_table('read_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_read_log_student_id'), ['student_id'], unique=False)

    op.create_table('role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('class_id', sa.Integer(), nullable=True),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('grade', sa.String(length=20), nullable=True),
    sa.Column('subject', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['school_class.id'], name=op.f('fk_role_class_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_person_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_role_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role'))
    )
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.create_index('ix_role_class', ['class_id', 'name'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_person_id'), ['person_id'], unique=False)

    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=False),
    sa.Column('household', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('form', sa.String(length=12), nullable=False),
    sa.Column('purpose_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('goals_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('guests_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('joining', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('outline', sa.String(length=8), nullable=True),
    sa.Column('present', sa.String(length=8), nullable=True),
    sa.Column('present_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('letter_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('accompanied', sa.Boolean(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('asked', sa.String(length=10), nullable=True),
    sa.Column('offer_round', sa.Integer(), nullable=False),
    sa.Column('offer_starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offer_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offer_more', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('offer_form', sa.String(length=12), nullable=True),
    sa.Column('offer_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wait_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waits', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.Column('checked_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('forms_offered', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['person.id'], name=op.f('fk_visit_confirmed_by_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_visit_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_visit_student_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_visit_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index('ix_visit_held', ['held_at', 'form'], unique=False)
        batch_op.create_index('ix_visit_offer', ['asked', 'offer_at'], unique=False, sqlite_where=sa.text('offer_at IS NOT NULL'), postgresql_where=sa.text('offer_at IS NOT NULL'))
        batch_op.create_index('ix_visit_offer_start', ['offer_starts_at'], unique=False, sqlite_where=sa.text('offer_at IS NOT NULL'), postgresql_where=sa.text('offer_at IS NOT NULL'))
        batch_op.create_index('ix_visit_state_held', ['state', 'held_at'], unique=False)
        batch_op.create_index('ix_visit_waits', ['asked', 'offer_at'], unique=False, sqlite_where=sa.text('wait_until IS NOT NULL'), postgresql_where=sa.text('wait_until IS NOT NULL'))
        batch_op.create_index('ix_visit_state_start', ['state', 'starts_at'], unique=False)
        batch_op.create_index('ix_visit_student', ['student_id', 'id'], unique=False)
        batch_op.create_index('ix_visit_teacher', ['teacher_id', 'state'], unique=False)

    op.create_table('visit_sibling',
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_visit_sibling_student_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_sibling_visit_id')),
    sa.PrimaryKeyConstraint('visit_id', 'student_id', name=op.f('pk_visit_sibling'))
    )
    with op.batch_alter_table('visit_sibling', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_sibling_student_id'), ['student_id'], unique=False)

    op.create_table('companion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=5), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_companion_person_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_companion_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_companion')),
    sa.UniqueConstraint('visit_id', 'person_id', name=op.f('uq_companion_visit_id_person_id'))
    )
    with op.batch_alter_table('companion', schema=None) as batch_op:
        batch_op.create_index('ix_companion_asked', ['answer', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_companion_person_id'), ['person_id'], unique=False)

    op.create_table('handover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=5), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_handover_by_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_handover_school_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_handover_teacher_id')),
    sa.ForeignKeyConstraint(['to_id'], ['person.id'], name=op.f('fk_handover_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover'))
    )
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.create_index('ix_handover_asked', ['answer', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_handover_to_id'), ['to_id'], unique=False)

    op.create_table('handed_visit',
    sa.Column('handover_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_handed_visit_handover_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_handed_visit_visit_id')),
    sa.PrimaryKeyConstraint('handover_id', 'visit_id', name=op.f('pk_handed_visit'))
    )
    op.create_table('follow_up',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('effect', sa.String(length=10), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_follow_up_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_follow_up_school_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_follow_up_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
    sa.UniqueConstraint('visit_id', 'stage', 'part', name=op.f('uq_follow_up_visit_id_stage_part'))
    )
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.create_index('ix_follow_up_answer', ['asked_at'], unique=False, sqlite_where=sa.text("answer_sealed IS NOT NULL"), postgresql_where=sa.text("answer_sealed IS NOT NULL"))
        batch_op.create_index('ix_follow_up_person', ['person_id', 'state'], unique=False)
        batch_op.create_index('ix_follow_up_state', ['state', 'asked_at'], unique=False)

    op.create_table('concern',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_concern_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_concern_student_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_concern_teacher_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_concern_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern'))
    )
    with op.batch_alter_table('concern', schema=None) as batch_op:
        batch_op.create_index('ix_concern_student', ['student_id', 'state'], unique=False)

    op.create_table('action_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('teacher_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('field', sa.String(length=12), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_action_item_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_action_item_student_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['person.id'], name=op.f('fk_action_item_teacher_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_action_item_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_item')),
    sa.UniqueConstraint('visit_id', 'student_id', 'field', name=op.f('uq_action_item_visit_id_student_id_field'))
    )
    with op.batch_alter_table('action_item', schema=None) as batch_op:
        batch_op.create_index('ix_action_item_due', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_action_item_student', ['student_id', 'state'], unique=False)
        batch_op.create_index('ix_action_item_teacher', ['teacher_id', 'state'], unique=False)

    op.create_table('held_hour',
    sa.Column('holder', sa.String(length=24), nullable=False),
    sa.Column('granule', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_held_hour_visit_id')),
    sa.PrimaryKeyConstraint('holder', 'granule', name=op.f('pk_held_hour'))
    )
    with op.batch_alter_table('held_hour', schema=None) as batch_op:
        batch_op.create_index('ix_held_hour_visit', ['visit_id'], unique=False)

    op.create_table('also_reminded',
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_also_reminded_person_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_also_reminded_visit_id')),
    sa.PrimaryKeyConstraint('visit_id', 'person_id', name=op.f('pk_also_reminded'))
    )
    op.create_table('home_refusal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_home_refusal_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_home_refusal_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_home_refusal_student_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_home_refusal_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_home_refusal'))
    )
    with op.batch_alter_table('home_refusal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_home_refusal_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_home_refusal_student_id'), ['student_id'], unique=False)

    op.create_table('participant',
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=5), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_participant_person_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_participant_visit_id')),
    sa.PrimaryKeyConstraint('visit_id', 'person_id', name=op.f('pk_participant'))
    )
    op.create_table('note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('student_id', sa.Integer(), nullable=True),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('in_reply_to_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('data_key', sa.LargeBinary(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['in_reply_to_id'], ['note.id'], name=op.f('fk_note_in_reply_to_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_note_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_note_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_note_student_id')),
    sa.ForeignKeyConstraint(['taken_by_id'], ['person.id'], name=op.f('fk_note_taken_by_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_note_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.create_index('ix_note_unseen', ['at'], unique=False, sqlite_where=sa.text("kind = 'safety' AND seen_at IS NULL"), postgresql_where=sa.text("kind = 'safety' AND seen_at IS NULL"))
        batch_op.create_index(batch_op.f('ix_note_in_reply_to_id'), ['in_reply_to_id'], unique=False)
        batch_op.create_index('ix_note_at', ['at'], unique=False, sqlite_where=sa.text("kind != 'safety'"), postgresql_where=sa.text("kind != 'safety'"))
        batch_op.create_index(batch_op.f('ix_note_student_id'), ['student_id'], unique=False)

    op.create_table('photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('medium_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('content_type', sa.String(length=20), nullable=True),
    sa.Column('bytes_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_photo_author_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_photo_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_photo_student_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_photo_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo'))
    )
    with op.batch_alter_table('photo', schema=None) as batch_op:
        batch_op.create_index('ix_photo_removed', ['removed_at'], unique=False, sqlite_where=sa.text("removed_at IS NOT NULL AND bytes_sealed IS NOT NULL"), postgresql_where=sa.text("removed_at IS NOT NULL AND bytes_sealed IS NOT NULL"))
        batch_op.create_index('ix_photo_record', ['visit_id', 'student_id'], unique=False)
        batch_op.create_index('ix_photo_waiting', ['id'], unique=False, sqlite_where=sa.text('medium_sealed IS NOT NULL'), postgresql_where=sa.text('medium_sealed IS NOT NULL'))

    op.create_table('record',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('student_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted', sa.Boolean(), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('fields_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_record_author_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_record_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['student.id'], name=op.f('fk_record_student_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_record_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_record')),
    sa.UniqueConstraint('visit_id', 'student_id', 'version', name=op.f('uq_record_visit_id_student_id_version'))
    )
    op.create_table('survey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('unhappy', sa.Boolean(), nullable=False),
    sa.Column('satisfied', sa.Boolean(), nullable=True),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_survey_person_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_survey_school_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_survey_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('visit_id', 'kind', 'person_id', name=op.f('uq_survey_visit_id_kind_person_id'))
    )
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.create_index('ix_survey_answers', ['opened_at'], unique=False, sqlite_where=sa.text("answers_sealed IS NOT NULL"), postgresql_where=sa.text("answers_sealed IS NOT NULL"))
        batch_op.create_index('ix_survey_open', ['state', 'asked_at'], unique=False)
        batch_op.create_index('ix_survey_person', ['person_id', 'state'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_person')
        batch_op.drop_index('ix_survey_open')

    op.drop_table('survey')
    op.drop_table('record')
    with op.batch_alter_table('photo', schema=None) as batch_op:
        batch_op.drop_index('ix_photo_waiting')
        batch_op.drop_index('ix_photo_record')

    op.drop_table('photo')
    with op.batch_alter_table('note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_student_id'))

    op.drop_table('note')
    with op.batch_alter_table('home_refusal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_home_refusal_student_id'))
        batch_op.drop_index(batch_op.f('ix_home_refusal_person_id'))

    op.drop_table('home_refusal')
    op.drop_table('participant')
    op.drop_table('also_reminded')
    with op.batch_alter_table('held_hour', schema=None) as batch_op:
        batch_op.drop_index('ix_held_hour_visit')

    op.drop_table('held_hour')
    with op.batch_alter_table('companion', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_companion_person_id'))
        batch_op.drop_index('ix_companion_asked')

    op.drop_table('companion')
    op.drop_table('handed_visit')
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handover_to_id'))
        batch_op.drop_index('ix_handover_asked')

    op.drop_table('handover')
    with op.batch_alter_table('concern', schema=None) as batch_op:
        batch_op.drop_index('ix_concern_student')

    op.drop_table('concern')
    with op.batch_alter_table('action_item', schema=None) as batch_op:
        batch_op.drop_index('ix_action_item_teacher')
        batch_op.drop_index('ix_action_item_student')
        batch_op.drop_index('ix_action_item_due')

    op.drop_table('action_item')
    with op.batch_alter_table('visit_sibling', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_sibling_student_id'))

    op.drop_table('visit_sibling')
    with op.batch_alter_table('follow_up', schema=None) as batch_op:
        batch_op.drop_index('ix_follow_up_state')
        batch_op.drop_index('ix_follow_up_person')

    op.drop_table('follow_up')
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_teacher')
        batch_op.drop_index('ix_visit_student')
        batch_op.drop_index('ix_visit_state_start')
        batch_op.drop_index('ix_visit_held')
        batch_op.drop_index('ix_visit_offer', sqlite_where=sa.text('offer_at IS NOT NULL'), postgresql_where=sa.text('offer_at IS NOT NULL'))
        batch_op.drop_index('ix_visit_offer_start', sqlite_where=sa.text('offer_at IS NOT NULL'), postgresql_where=sa.text('offer_at IS NOT NULL'))
        batch_op.drop_index('ix_visit_state_held')
        batch_op.drop_index('ix_visit_waits', sqlite_where=sa.text('wait_until IS NOT NULL'), postgresql_where=sa.text('wait_until IS NOT NULL'))

    op.drop_table('visit')
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_person_id'))
        batch_op.drop_index('ix_role_class')

    op.drop_table('role')
    op.drop_table('reading_request')
    op.drop_table('erasure')
    with op.batch_alter_table('read_log', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_read_log_student_id'))

    op.drop_table('read_log')
    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.drop_index('ix_history_subject')

    op.drop_table('history')
    with op.batch_alter_table('guardianship', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guardianship_person_id'))

    op.drop_table('guardianship')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index('ix_consent_person')

    op.drop_table('consent')
    with op.batch_alter_table('student', schema=None) as batch_op:
        batch_op.drop_index('ix_student_class')

    op.drop_table('student')
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_subject')
        batch_op.drop_index('ix_notification_receipt')
        batch_op.drop_index('ix_notification_person')
        batch_op.drop_index('ix_notification_open', sqlite_where=sa.text("state IN ('pending', 'sending')"), postgresql_where=sa.text("state IN ('pending', 'sending')"))
        batch_op.drop_index('ix_notification_lease', sqlite_where=sa.text("state = 'sending'"), postgresql_where=sa.text("state = 'sending'"))
        batch_op.drop_index('ix_notification_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))

    op.drop_table('notification')
    with op.batch_alter_table('code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_code_person_id'))

    op.drop_table('code')
    with op.batch_alter_table('binding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_binding_person_id'))

    op.drop_table('binding')
    with op.batch_alter_table('tap', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tap_identity_id'))
        batch_op.drop_index(batch_op.f('ix_tap_expires_at'))

    op.drop_table('tap')
    op.drop_table('school_class')
    with op.batch_alter_table('unclear', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unclear_at'))

    op.drop_table('unclear')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_school_phone')

    op.drop_table('person')
    op.drop_table('conversation')
    with op.batch_alter_table('wrong_try', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wrong_try_sender_mark'))

    op.drop_table('wrong_try')
    op.drop_table('school')
    op.drop_table('periodic_run')
    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.drop_table('inbound')
    op.drop_table('identity')
    op.drop_table('heartbeat')
    op.drop_table('clock_turn')

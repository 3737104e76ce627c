// Who is on duty, the shifts of the plant, and what one shift leaves to the next.

import type { Connection, SqlEngine } from '../database.ts';

export async function duty(connection: Connection, engine: SqlEngine): Promise<void> {
  const { schema } = connection;
  const { types } = engine;
  await schema
    .createTable('shift_calendar')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .addColumn('updated_by', 'text', (column) => column.notNull())
    .execute();

  await schema
    .createTable('duty_schedules')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('definition', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text')
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('updated_at', types.time, (column) => column.notNull())
    .execute();
  await schema
    .createTable('duty_overrides')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('schedule_id', types.uuid, (column) =>
      column.notNull().references('duty_schedules.id').onDelete('cascade'),
    )
    .addColumn('user_id', types.uuid, (column) => column.notNull())
    .addColumn('starts_at', types.time, (column) => column.notNull())
    .addColumn('ends_at', types.time, (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('created_by', types.uuid, (column) => column.notNull())
    .execute();
  await schema.createIndex('duty_overrides_schedule').on('duty_overrides').column('schedule_id').execute();
  await schema
    .createTable('duty_gaps_told')
    .addColumn('schedule_id', types.uuid, (column) =>
      column.notNull().references('duty_schedules.id').onDelete('cascade'),
    )
    .addColumn('starts_at', types.time, (column) => column.notNull())
    .addColumn('ends_at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('duty_gaps_told_key', ['schedule_id', 'starts_at'])
    .execute();

  await schema
    .createTable('shift_notes')
    .addColumn('id', types.uuid, (column) => column.primaryKey())
    .addColumn('at', types.time, (column) => column.notNull())
    .addColumn('written_by', types.uuid, (column) => column.notNull())
    .addColumn('writer', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .addColumn('note', 'text', (column) => column.notNull())
    .execute();
  await schema.createIndex('shift_notes_at').on('shift_notes').column('at').execute();
  await schema
    .createTable('shift_sign_offs')
    .addColumn('started_at', types.time, (column) => column.notNull())
    .addColumn('signed_by', types.uuid, (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('signer', 'text', (column) => column.notNull())
    .addColumn('factory_id', 'text')
    .addColumn('note', 'text')
    .addColumn('at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('shift_sign_offs_key', ['started_at', 'signed_by', 'role'])
    .execute();
  await engine.makeAppendOnly(connection, 'shift_notes');
  await engine.makeAppendOnly(connection, 'shift_sign_offs');
}

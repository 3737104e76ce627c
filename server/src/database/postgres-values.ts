// How values get into PostgreSQL and back. Queries and rows have times as UTC ms and flags as 0 or 1, as with every engine; the
// tables of PostgreSQL have `timestamptz(3)` and `boolean`.

import {
  type BinaryOperationNode,
  ColumnNode,
  type ColumnUpdateNode,
  type InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  PrimitiveValueListNode,
  type QueryId,
  ReferenceNode,
  TupleNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely';
import type { Schema } from './schema.ts';

type Column = { [Table in keyof Schema]: keyof Schema[Table] }[keyof Schema];

/** The columns that hold times, in every table that has them. */
export const TIME_COLUMNS: ReadonlySet<string> = new Set([
  'acknowledged_at',
  'annunciated_at',
  'applied_at',
  'at',
  'changed_at',
  'checked_at',
  'cleared_at',
  'clock_at',
  'code_expires_at',
  'code_until',
  'created_at',
  'deleted_at',
  'delivered_at',
  'discovered_at',
  'due_at',
  'ended_at',
  'ends_at',
  'escalated_at',
  'expires_at',
  'failing_since',
  'finished_at',
  'first_raised_at',
  'former_until',
  'held_until',
  'kept_until',
  'last_login',
  'last_seen',
  'last_used',
  'leased_until',
  'newest_arrival',
  'raised_at',
  'read_at',
  'refused_at',
  'removed_at',
  'rotated_at',
  'seen_at',
  'sent_at',
  'set_at',
  'shelved_until',
  'spent_at',
  'started_at',
  'starts_at',
  'status_until',
  'tested_at',
  'undone_at',
  'updated_at',
  'used_at',
  'valid_from',
  'verified_at',
] satisfies Column[]);

const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** @returns the time as PostgreSQL reads it; times outside of the years 1 to 9999 become `-infinity` or `infinity` */
export function toTimestamptz(ms: number): string {
  if (ms < FIRST_MS) return '-infinity';
  return ms > LAST_MS ? 'infinity' : new Date(ms).toISOString();
}

/** `2026-01-15 12:30:00.5+00`, or another offset where the session has another time zone. */
const ISO = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-])(\d\d)(?::(\d\d)(?::(\d\d))?)?$/;

/**
 * @param text a `timestamptz` as PostgreSQL writes it, with the date style ISO
 * @returns UTC ms; digits after the millisecond are ignored
 * @throws Error where the session has another date style
 */
export function parseTimestamptz(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const match = ISO.exec(text);
  if (match === null) throw new Error(`PostgreSQL sent the time ${text}; its DateStyle must be ISO`);
  const [, date, time, sign, hours, minutes = 0, seconds = 0] = match;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Date.parse(`${date}T${time}Z`) - Number(`${sign}${offset}`) * 1000;
}

export const parseBoolean = (text: string): 0 | 1 => (text === 't' ? 1 : 0);

/**
 * Turns the numbers that a query writes to a time column, or compares with one, into times of PostgreSQL. Expressions in raw SQL
 * stay as they are.
 */
export class TimesPlugin implements KyselyPlugin {
  readonly #transformer = new TimesTransformer();

  transformQuery({ node, queryId }: Parameters<KyselyPlugin['transformQuery']>[0]) {
    return this.#transformer.transformNode(node, queryId);
  }

  async transformResult({ result }: Parameters<KyselyPlugin['transformResult']>[0]) {
    return result;
  }
}

class TimesTransformer extends OperationNodeTransformer {
  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    const insert = super.transformInsertQuery(node, queryId);
    const { columns, values } = insert;
    if (!columns?.some(isTime) || values === undefined || !ValuesNode.is(values)) return insert;
    const rows = values.values.map((row) =>
      PrimitiveValueListNode.is(row)
        ? PrimitiveValueListNode.create(row.values.map((value, i) => (isTime(columns[i]) ? toTime(value) : value)))
        : ValueListNode.create(row.values.map((value, i) => (isTime(columns[i]) ? toTimeNode(value) : value))),
    );
    return { ...insert, values: ValuesNode.create(rows) };
  }

  protected override transformColumnUpdate(node: ColumnUpdateNode, queryId?: QueryId): ColumnUpdateNode {
    const update = super.transformColumnUpdate(node, queryId);
    return isTime(update.column) ? { ...update, value: toTimeNode(update.value) } : update;
  }

  protected override transformBinaryOperation(node: BinaryOperationNode, queryId?: QueryId): BinaryOperationNode {
    const operation = super.transformBinaryOperation(node, queryId);
    const { leftOperand: left, rightOperand: right } = operation;
    if (isTime(left)) return { ...operation, rightOperand: toTimeNode(right) };
    if (!TupleNode.is(left) || !TupleNode.is(right)) return operation;
    const values = right.values.map((value, i) => (isTime(left.values[i]) ? toTimeNode(value) : value));
    return { ...operation, rightOperand: TupleNode.create(values) };
  }
}

function isTime(node: OperationNode | undefined): boolean {
  if (node === undefined) return false;
  const column = ReferenceNode.is(node) ? node.column : node;
  return ColumnNode.is(column) && TIME_COLUMNS.has(column.column.name);
}

const toTime = (value: unknown) => (typeof value === 'number' ? toTimestamptz(value) : value);

function toTimeNode(node: OperationNode): OperationNode {
  if (ValueNode.is(node)) return { ...node, value: toTime(node.value) } as ValueNode;
  if (PrimitiveValueListNode.is(node)) return PrimitiveValueListNode.create(node.values.map(toTime));
  return ValueListNode.is(node) ? ValueListNode.create(node.values.map(toTimeNode)) : node;
}

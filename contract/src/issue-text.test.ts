import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issueSentence, issueText } from './issue-text.ts';

const textsOf = (schema: z.ZodType, input: unknown) =>
  schema.safeParse(input, { error: issueText }).error?.issues.map((issue) => issueSentence(issue, 'The body'));

describe('what is wrong with a field', () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.object({ start_time: z.string() }), {}, 'start_time is required'],
    [z.object({ status: z.enum(['a', 'b']) }), {}, 'status is required'],
    [z.object({ status: z.enum(['a', 'b']) }), { status: 'c' }, 'status must be one of a, b'],
    [z.object({ kind: z.literal('batch') }), { kind: 1 }, 'kind must be batch'],
    [z.object({ limit: z.int().min(1) }), { limit: 0 }, 'limit must be at least 1'],
    [z.object({ limit: z.int().max(10) }), { limit: 11 }, 'limit must be at most 10'],
    [z.object({ limit: z.number().gt(1) }), { limit: 1 }, 'limit must be more than 1'],
    [z.object({ limit: z.number().lt(1) }), { limit: 1 }, 'limit must be less than 1'],
    [z.object({ limit: z.int() }), { limit: 1.5 }, 'limit must be a whole number'],
    [z.object({ limit: z.number() }), { limit: 'x' }, 'limit must be a number'],
    [z.object({ limit: z.number().multipleOf(5) }), { limit: 3 }, 'limit must be a multiple of 5'],
    [z.object({ name: z.string() }), { name: 7 }, 'name must be text'],
    [z.object({ name: z.string().min(1) }), { name: '' }, 'name must not be empty'],
    [z.object({ name: z.string().min(8) }), { name: 'x' }, 'name must have at least 8 characters'],
    [z.object({ ids: z.array(z.string()).max(1) }), { ids: ['a', 'b'] }, 'ids must have at most 1 element'],
    [z.object({ ids: z.array(z.string()) }), { ids: 'a' }, 'ids must be a list'],
    [z.object({ id: z.uuid() }), { id: 'x' }, 'id must be a UUID'],
    [z.object({ mail: z.email() }), { mail: 'x' }, 'mail must be an e-mail address'],
    [z.object({ code: z.string().regex(/^a$/) }), { code: 'b' }, 'code must be in the documented format'],
    [z.strictObject({}), { x: 1, y: 2 }, 'The body must not have "x", "y"'],
    [z.object({ time: z.union([z.string(), z.number()]) }), {}, 'time is required'],
    [
      z.object({ time: z.union([z.string(), z.number()]) }),
      { time: [] },
      'time does not have any of the documented forms',
    ],
    [z.record(z.string().regex(/^a$/), z.number()), { b: 1 }, 'b is not a documented name'],
    [z.array(z.object({ name: z.string() })), [{}], 'name is required'],
    [z.array(z.number()), [true], 'Element 0 must be a number'],
    [z.object({}), null, 'The body is required'],
    [z.object({}), [], 'The body must be an object'],
    [z.object({ name: z.string() }), { name: null }, 'name must be text'],
    [z.object({ ok: z.boolean() }), { ok: 'yes' }, 'ok must be true or false'],
  ])('%# is described for people: %j', (schema, input, text) => {
    expect(textsOf(schema, input)).toEqual([text]);
  });

  it('has the words of the schema where the schema has its own', () => {
    expect(textsOf(z.object({ name: z.string().min(1, 'must be filled in') }), { name: '' })).toEqual([
      'name must be filled in',
    ]);
  });
});

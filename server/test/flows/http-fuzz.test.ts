// Sends unexpected input to every operation of the OpenAPI document: no reply is 5xx, and every reply is documented.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCount } from '../support/run-count.ts';
import { type Reply, type StartedCore, startCore } from './support/start-core.ts';

const RUNS = runCount(4, 12);
/** Each sign-in waits for bcrypt, and guessing is slowed down on purpose. */
const SLOW = new Set(['/api/v1/auth/login', '/api/v1/auth/register', '/api/v1/auth/password']);

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
}
interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

let core: StartedCore;
let document: Document;
let machineId: string;
beforeAll(async () => {
  core = await startCore();
  document = (await core.send<Document>('GET', '//openapi.json')).body;
  machineId = await core.addMachine('Fuzzed');
  await core.ingest(machineId, [{ timestamp: '2026-01-15T10:30:00Z', temperature: 90 }]);
});
afterAll(() => core.remove());

const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    ...['', '__proto__', 'constructor', "'; DROP TABLE users; --", '\u0000', '\r\nX: y', '\u001b[31m', '=1+1'],
    ...[
      null,
      true,
      -0,
      1e308,
      2 ** 53,
      -1,
      0,
      0.1,
      [],
      {},
      'NaN',
      '1e309',
      'x'.repeat(5000),
      '2026-02-30',
      '9999-12-31T23:59:59Z',
    ],
    ...['-271821-04-20', '0000-01-01T00:00:00Z', '2026-01-15T10:30:00+25:00'],
  ),
);

/** Something that fits the schema, or nearly. */
function fitting(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref)
    return fitting(document.components.schemas[schema.$ref.split('/').at(-1) as string] ?? {}, depth + 1);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map((each) => fitting(each, depth + 1)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' && schema.properties && depth < 6) {
    return fc.record(
      Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, mixed(each, depth + 1)])),
      { requiredKeys: [] },
    );
  }
  if (type === 'array') return fc.array(mixed(schema.items ?? {}, depth + 1), { maxLength: 3 });
  if (type === 'integer' || type === 'number') return fc.double({ min: -1e6, max: 1e6, noNaN: true });
  if (type === 'boolean') return fc.boolean();
  if (schema.format === 'uuid') return fc.constantFrom(machineId, '00000000-0000-0000-0000-000000000000');
  if (schema.format === 'date-time')
    return fc.constantFrom('2026-01-15', '2026-01-15T10:30:00Z', '2027-01-01T00:00:00+07:00');
  return fc.string({ maxLength: 60 });
}
const mixed = (schema: Schema, depth: number): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: fitting(schema, depth) }, { weight: 1, arbitrary: nasty });

/** Line protocol, or nearly. */
const lines = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'm,machine=Fuzzed temperature=1',
        'm,host=x ',
        'm ',
        ',',
        '=',
        '"',
        '\\',
        '\n',
        ' f=1i',
        ' 17684730000',
      ),
      nasty.map(String),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => wellFormed(pieces.join('')));

function requestTo(path: string, operation: Operation) {
  const parameters = operation.parameters ?? [];
  const valuesOf = (place: string) =>
    fc.record(
      Object.fromEntries(
        parameters.filter((each) => each.in === place).map((each) => [each.name, mixed(each.schema, 0)]),
      ),
      { requiredKeys: place === 'path' ? parameters.filter((each) => each.in === place).map((each) => each.name) : [] },
    );
  const content = operation.requestBody?.content ?? {};
  const body = content['application/json']?.schema;
  const isText = body === undefined && 'text/plain' in content;
  return fc.record({
    path: valuesOf('path').map((values) =>
      path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(values[name])) || 'x'),
    ),
    query: fc.oneof(
      valuesOf('query').map((values) =>
        Object.entries(values).map(([name, value]) => [name, textOf(value)] as [string, string]),
      ),
      fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 })), { maxLength: 3 }),
    ),
    /** Whether the body is sent as it is, and not as JSON. */
    isText: fc.constant(isText),
    body: isText
      ? lines
      : body === undefined
        ? fc.constant(undefined)
        : fc.oneof({ weight: 5, arbitrary: mixed(body, 0) }, { weight: 1, arbitrary: nasty }),
  });
}
function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return wellFormed(text).slice(0, 300);
}

/** Half a surrogate pair cannot be part of an address. */
const wellFormed = (text: string) => Buffer.from(text).toString();

/** What is wrong with a reply, as a client that was generated from the document would find; null when nothing is. */
function makeReplyCheck() {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');
  return (path: string, method: string, reply: Reply): string | null => {
    const documented = document.paths[path]?.[method]?.responses[String(reply.status)]?.content;
    if (documented === undefined) return null;
    const type = reply.headers.get('content-type')?.split(';')[0] ?? 'none';
    if (documented[type] === undefined) return `${type} is not documented`;
    if (type !== 'application/json') return null;
    const steps = ['paths', path, method, 'responses', String(reply.status), 'content', type, 'schema'];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = ajv.getSchema(`openapi#/${pointer}`);
    if (validate === undefined) throw new Error(`No schema at ${pointer}`);
    return validate(reply.body) ? null : ajv.errorsText(validate.errors);
  };
}

const bodyOf = ({ body, isText }: { body: unknown; isText: boolean }) =>
  isText ? String(body) : body === undefined ? undefined : JSON.stringify(body);

const methods = ['get', 'post', 'put', 'patch', 'delete'];

it('never fails, whatever is sent to a documented operation', { timeout: 300_000 }, async () => {
  const breaches: string[] = [];
  const faultOf = makeReplyCheck();
  const token = await core.token('Management');
  const { user } = (await core.send<{ user: { id: string } }>('GET', '/auth/me', { token })).body;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of methods.filter((each) => operations[each] !== undefined)) {
      if (path.endsWith('/auth/logout')) continue;
      const operation = operations[method] as Operation;
      await fc.assert(
        fc.asyncProperty(requestTo(path, operation), async (request) => {
          // The fuzzer shall not saw off the branch it sits on.
          if (request.path.includes(user.id)) return;
          const query = new URLSearchParams(request.query.map(([name, value]) => [name, wellFormed(value)]));
          const reply: Reply = await core.send(method.toUpperCase(), `/${request.path}?${query}`, {
            token,
            ...(method === 'get' ? {} : { body: bodyOf(request) }),
            headers:
              request.body === undefined || method === 'get'
                ? {}
                : { 'content-type': request.isText ? 'text/plain' : 'application/json' },
          });
          const documented = String(reply.status) in operation.responses;
          // An encoded slash or an overlong id in the path leads to no route at all.
          const elsewhere = [404, 405, 414].includes(reply.status) && path.includes('{');
          const fault = faultOf(path, method, reply);
          if (reply.status >= 500 || !(documented || elsewhere) || fault !== null) {
            breaches.push(
              `${method} ${request.path}?${query} ${JSON.stringify(request.body)?.slice(0, 300)} → ${reply.status} ${reply.text.slice(0, 200)} ${fault ?? ''}`,
            );
          }
          if (reply.status >= 400) expect(reply.body).toMatchObject({ status: 'error', code: expect.any(String) });
        }),
        { numRuns: SLOW.has(path) ? runCount(2, 6) : RUNS },
      );
    }
  }
  expect(breaches).toEqual([]);
  expect((await core.send('GET', '/auth/me', { token })).status).toBe(200);
});

// Turns the issues that the schemas find in a request into faults that name the place: all of them, not only the first.

import { type Fault, issueSentence, issueText } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { type ZodError, ZodType } from 'zod';

type Part = 'params' | 'body' | 'querystring';
/** The order in which Fastify validates. The parts before the one that failed have been replaced by their parsed values. */
const PARTS: readonly Part[] = ['params', 'body', 'querystring'];
const MAX_FAULTS = 10_000;
const MAX_VALUE_LENGTH = 200;
const SECRET = /password|token|secret/i;

/** Faults of the part that failed and of those that Fastify did not validate any more. */
export function requestFaults(request: FastifyRequest, failed: string | undefined): Fault[] {
  const from = PARTS.indexOf(failed as Part);
  if (from === -1) return [];
  const schemas = request.routeOptions.schema ?? {};
  const faults = PARTS.slice(from).flatMap((part) => {
    const schema = schemas[part];
    if (!(schema instanceof ZodType)) return [];
    const data = part === 'querystring' ? request.query : request[part];
    const result = schema.safeParse(data ?? null, { error: issueText });
    if (result.success) return [];
    return part === 'body'
      ? faultsOf(result.error, data, { kind: 'field', root: 'The body' })
      : faultsOf(result.error, data, { kind: 'parameter', root: 'The request' });
  });
  return faults.slice(0, MAX_FAULTS);
}

/**
 * One fault for each issue. `kind` says what the names are: fields of a body, or parameters of a path and query. `root` is
 * the subject of a fault that concerns the whole, and `prefix` stands before each name.
 */
export function faultsOf(
  error: ZodError,
  data: unknown,
  { kind, root, prefix = '' }: { kind: 'field' | 'parameter'; root: string; prefix?: string },
): Fault[] {
  return error.issues.flatMap(eachKey).map((issue) => {
    const name = prefix + fieldPath(issue.path, prefix === '');
    const value = SECRET.test(name) ? undefined : valueOfFault(valueAt(data, issue.path));
    return {
      [kind]: name === '' ? 'body' : name,
      error: issueSentence(issue, root),
      ...(value === undefined ? {} : { value }),
    };
  });
}

/** Unknown fields are one issue of their object: it becomes one of each field, so that a fault names it. */
function eachKey(issue: ZodError['issues'][number]): Pick<ZodError['issues'][number], 'path' | 'message'>[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a known field' }));
}

/** `['batch', 0, 'readings']` → `batch[0].readings` */
function fieldPath(path: readonly PropertyKey[], first: boolean): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' && first ? String(key) : `${name}.${String(key)}`;
  }, '');
}

/** The value as a fault shows it: long texts are cut at 200 characters, objects and arrays are left out. */
export function valueOfFault(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > MAX_VALUE_LENGTH ? `${value.slice(0, MAX_VALUE_LENGTH)}…` : value;
  return typeof value === 'object' && value !== null ? undefined : value;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

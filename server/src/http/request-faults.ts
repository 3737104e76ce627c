// Turns what the schemas found wrong in a request into faults that name the place: all of them, not only the first.

import type { Fault } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import { type ZodError, ZodType } from 'zod';
import { issueText } from './issue-text.ts';

type Part = 'params' | 'body' | 'querystring';
/** The order in which Fastify checks; what stands before the part that failed has been replaced by its parsed value. */
const PARTS: readonly Part[] = ['params', 'body', 'querystring'];
const MAX_FAULTS = 10_000;
const MAX_VALUE_LENGTH = 200;
const SECRET = /password|token|secret/i;

/** Faults of the part that failed and of all that have not been looked at yet. */
export function requestFaults(request: FastifyRequest, failed: string | undefined): Fault[] {
  const from = PARTS.indexOf(failed as Part);
  if (from === -1) return [];
  const schemas = request.routeOptions.schema ?? {};
  const faults = PARTS.slice(from).flatMap((part) => {
    const schema = schemas[part];
    if (!(schema instanceof ZodType)) return [];
    const data = part === 'querystring' ? request.query : request[part];
    const root = part === 'body' ? 'The body' : 'The request';
    const result = schema.safeParse(data ?? null, { error: issueText(root) });
    return result.success ? [] : faultsOf(result.error, data, part === 'body' ? 'field' : 'parameter');
  });
  return faults.slice(0, MAX_FAULTS);
}

/** `place` is what the names are: fields of a body or parameters of a path and query. */
export function faultsOf(error: ZodError, data: unknown, place: 'field' | 'parameter', prefix = ''): Fault[] {
  return error.issues.map((issue) => {
    const name = prefix + fieldPath(issue.path, prefix === '');
    const value = SECRET.test(name) ? undefined : shownValue(valueAt(data, issue.path));
    return {
      [place]: name === '' ? 'body' : name,
      error: issue.message,
      ...(value === undefined ? {} : { value }),
    };
  });
}

/** `['batch', 0, 'readings']` → `batch[0].readings` */
function fieldPath(path: readonly PropertyKey[], first: boolean): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' && first ? String(key) : `${name}.${String(key)}`;
  }, '');
}

/** What was sent, as far as it helps: no structures, no long texts. */
export function shownValue(value: unknown): unknown {
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

// Opaque positions in a list: where the next page starts. Bound to one list, so that one of another list is refused.

import { AppError } from '../errors.ts';

type Position = readonly (string | number)[];

export function encodeCursor(list: string, position: Position): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

const TOO_LONG = 500;

/**
 * @param example a position of the right types
 * @throws AppError `validation_failed` for the parameter `cursor`
 */
export function decodeCursor<P extends Position>(list: string, cursor: string, example: P): P {
  const [of, ...position] = parts(cursor);
  const fits =
    of === list &&
    position.length === example.length &&
    position.every(
      (part, i) => typeof part === typeof example[i] && (typeof part === 'string' || Number.isSafeInteger(part)),
    );
  if (!fits) {
    const error = 'Must be the next_cursor of an earlier page of this list';
    throw new AppError('validation_failed', error, { faults: [{ parameter: 'cursor', error, value: cursor }] });
  }
  return position as unknown as P;
}

function parts(cursor: string): unknown[] {
  if (cursor.length > TOO_LONG || !/^[A-Za-z0-9_-]+$/.test(cursor)) return [];
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

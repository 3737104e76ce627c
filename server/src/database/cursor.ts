// Opaque positions in a list, where the next page starts. A cursor is valid for one list only.

import { AppError } from '../errors.ts';

type Position = readonly (string | number)[];

/** The lowest id, before those of all rows. */
export const NIL_ID = '00000000-0000-0000-0000-000000000000';

/** Whether `text` is a UUID in lower case, as ids are stored. */
export const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

export function encodeCursor(list: string, position: Position): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

const MAX_LENGTH = 500;

/**
 * @param example a position with the expected types; a part that is `NIL_ID` expects an id
 * @throws AppError `validation_failed` if the cursor is not one of this list
 */
export function decodeCursor<P extends Position>(list: string, cursor: string, example: P): P {
  const [of, ...position] = decodedParts(cursor);
  const fits =
    of === list &&
    position.length === example.length &&
    position.every((part, i) => {
      if (typeof part !== typeof example[i]) return false;
      return typeof part === 'string' ? example[i] !== NIL_ID || isId(part) : Number.isSafeInteger(part);
    });
  if (!fits) {
    const error = 'cursor must be the next_cursor of an earlier page of this list';
    throw new AppError('validation_failed', error, { faults: [{ parameter: 'cursor', error, value: cursor }] });
  }
  return position as unknown as P;
}

function decodedParts(cursor: string): unknown[] {
  if (cursor.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(cursor)) return [];
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

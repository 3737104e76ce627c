// The small files of the store: JSON with a checksum of itself, so that a changed byte is noticed.

import { readFile, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { writeDurably } from './durable-files.ts';

/** Names relative to the root of the store. */
export const SMALL_FILES = [
  'format.json',
  'forgotten.json',
  'kinds.json',
  'local-days.json',
  'newest.json',
  'damage.json',
] as const;

/** The last member of the object. The checksum is that of the text without this member. */
const CHECKED = /^(.*),"crc":"([0-9a-f]{8})"\}$/s;
const CHECKED_EMPTY = /^\{"crc":"([0-9a-f]{8})"\}$/;

function encodeSmallFile(content: object): string {
  const text = JSON.stringify(content);
  return `${text === '{}' ? '{' : `${text.slice(0, -1)},`}"crc":"${checksum(text)}"}`;
}

/**
 * The content; null if the text is damaged. Files of earlier versions have no checksum. None of them ended with a text, so
 * that a text at the end is the checksum, also where a byte of its name was changed.
 */
function decodeSmallFile(text: string): unknown {
  const empty = CHECKED_EMPTY.exec(text);
  const match = empty ? ['', '{', empty[1]] : CHECKED.exec(text);
  if (match === null && text.endsWith('"}')) return null;
  const body = match === null ? text : `${match[1]}}`;
  if (match !== null && checksum(body) !== match[2]) return null;
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' ? content : null;
  } catch {
    return null;
  }
}

/** The content; undefined if there is no file, null if it is damaged or cannot be read. */
export async function readSmallFile(path: string): Promise<unknown> {
  try {
    return decodeSmallFile(await readFile(path, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : null;
  }
}

/** Durable when it resolves. */
export async function writeSmallFile(path: string, content: object): Promise<void> {
  await writeDurably(path, (unfinished) => writeFile(unfinished, encodeSmallFile(content)));
}

const checksum = (text: string) => crc32(text).toString(16).padStart(8, '0');

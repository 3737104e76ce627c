// Sends long replies piece by piece, so that they neither block the event loop nor fill the memory.

import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** A failure before the first piece gives an ordinary error reply; a later one closes the connection. */
export async function streamText(
  reply: FastifyReply,
  type: string,
  pieces: AsyncIterable<string>,
): Promise<FastifyReply> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return reply.type(type).send(Readable.from(following(first, iterator), { objectMode: false, highWaterMark: 65_536 }));
}

async function* following(first: IteratorResult<string>, iterator: AsyncIterator<string>): AsyncIterable<string> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

const ROWS_PER_PIECE = 500;

/** One JSON object with the members of `head`, the array `name` with all rows, and the members of `tail`. */
export async function* jsonWithRows(
  head: Record<string, unknown>,
  name: string,
  rows: { length: number; rowJson: (index: number) => string },
  tail: Record<string, unknown> = {},
): AsyncIterable<string> {
  yield `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(name)}:[`;
  for (let start = 0; start < rows.length; start += ROWS_PER_PIECE) {
    const end = Math.min(start + ROWS_PER_PIECE, rows.length);
    const piece = [];
    for (let i = start; i < end; i++) piece.push(rows.rowJson(i));
    yield (start > 0 ? ',' : '') + piece.join(',');
    if (end < rows.length) await nextTurn();
  }
  const rest = JSON.stringify(tail).slice(1);
  yield rest === '}' ? ']}' : `],${rest}`;
}

/** Sends a file that was created for this reply, and deletes it afterwards. */
export function streamTemporaryFile(reply: FastifyReply, type: string, file: string): FastifyReply {
  const stream = createReadStream(file);
  stream.once('close', () => void rm(file, { force: true }).catch(() => {}));
  return reply.type(type).send(stream);
}

/** The Content-Disposition header, with a file name that every operating system accepts. */
export function attachment(name: string): string {
  return `attachment; filename="${name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120)}"`;
}

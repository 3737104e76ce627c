// The command line's side of the control channel.

import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts';
import { controlFile } from './control-socket.ts';

/**
 * Sends a command to the server that runs on `dataDir`.
 *
 * @returns its answer, or null where no server runs there
 * @throws AppError as the server reports it
 */
export async function askServer(
  dataDir: string,
  request: { command: string } & Record<string, unknown>,
  onProgress: (line: string) => void,
): Promise<Record<string, unknown> | null> {
  let path: string;
  try {
    path = (JSON.parse(await readFile(controlFile(dataDir), 'utf8')) as { path: string }).path;
  } catch {
    return null;
  }
  const socket = createConnection(path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } catch {
    // A server that was killed leaves the file behind.
    return null;
  }
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const line of createInterface({ input: socket })) {
    const reply = JSON.parse(line) as
      | { progress: string }
      | { ok: true; result: Record<string, unknown> }
      | { ok: false; code: string; message: string };
    if ('progress' in reply) onProgress(reply.progress);
    else if (reply.ok) return reply.result;
    else throw new AppError(reply.code in ERROR_CODES ? (reply.code as ErrorCode) : 'closed', reply.message);
  }
  throw new AppError('closed', 'The server stopped before it answered');
}

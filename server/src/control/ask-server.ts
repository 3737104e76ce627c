// The client of the control channel, for the command line.

import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { osUser } from '../audit/command-entry.ts';
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts';
import { controlFile } from './control-socket.ts';

/**
 * Sends a command to the server that runs on `dataDir`. Does not time out: a command may take hours.
 *
 * @returns the server's result, or null where no server runs there
 * @throws AppError as the server reports it, or `closed` where the server stops first
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
    // The file is left over from a server that was killed.
    return null;
  }
  socket.write(`${JSON.stringify({ ...request, os_user: osUser() })}\n`);
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

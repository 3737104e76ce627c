// The local control channel: the command line sends commands to a running server over a Unix socket (a named pipe on
// Windows). DATA_DIR/control.json holds its path. Only the user of the server may use it; nothing listens on the network.

import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError, isAppError } from '../errors.ts';
import type { Logger } from '../log.ts';

/** `sun_path` has 104 bytes on macOS and 108 on Linux, with the NUL at its end. */
const MAX_PATH_BYTES = 100;

/** Executes one command. Each `progress` line is sent to the client at once. */
export type ControlHandler = (
  request: Record<string, unknown>,
  progress: (line: string) => void,
) => Promise<Record<string, unknown>>;

export class ControlSocket {
  readonly #dataDir: string;
  readonly #handlers: Readonly<Record<string, ControlHandler>>;
  readonly #log: Logger;
  readonly #clients = new Set<Socket>();
  #server: Server | null = null;
  #directory: string | null = null;

  constructor(deps: { dataDir: string; handlers: Readonly<Record<string, ControlHandler>>; log: Logger }) {
    this.#dataDir = deps.dataDir;
    this.#handlers = deps.handlers;
    this.#log = deps.log;
  }

  async start(): Promise<void> {
    const path = await this.#choosePath();
    const server = createServer((socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    if (process.platform !== 'win32') await chmod(path, 0o600);
    await writeFile(controlFile(this.#dataDir), JSON.stringify({ path, pid: process.pid }), { mode: 0o600 });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    await rm(controlFile(this.#dataDir), { force: true });
    for (const client of this.#clients) client.destroy();
    await new Promise((resolve) => server.close(resolve));
    if (this.#directory !== null) await rm(this.#directory, { recursive: true, force: true });
  }

  /**
   * The socket is in the data directory, which only this user may read and only this process uses. Where its path would be
   * longer than the operating system allows, it is in a folder of the temporary directory that only this user may enter.
   */
  async #choosePath(): Promise<string> {
    if (process.platform === 'win32') return `\\\\.\\pipe\\gonsters-${randomUUID()}`;
    const path = join(this.#dataDir, 'control.sock');
    if (Buffer.byteLength(path) <= MAX_PATH_BYTES) {
      // A server that was killed leaves its socket behind.
      await rm(path, { force: true });
      return path;
    }
    this.#directory = await mkdtemp(join(tmpdir(), 'gonsters-'));
    return join(this.#directory, 'control.sock');
  }

  #serve(socket: Socket): void {
    this.#clients.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#clients.delete(socket));
    const send = (line: Record<string, unknown>) => {
      if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
    };
    createInterface({ input: socket }).once('line', (line) => {
      this.#execute(line, (text) => send({ progress: text }))
        .then(
          (result) => send({ ok: true, result }),
          (error) => {
            if (!isAppError(error)) this.#log.error({ err: error }, 'A control command failed');
            send({ ok: false, code: isAppError(error) ? error.code : 'internal', message: (error as Error).message });
          },
        )
        .finally(() => socket.end());
    });
  }

  async #execute(line: string, progress: (text: string) => void): Promise<Record<string, unknown>> {
    const request = JSON.parse(line) as Record<string, unknown>;
    const handler = this.#handlers[String(request.command)];
    if (handler === undefined) throw new AppError('not_found', 'Unknown command');
    return handler(request, progress);
  }
}

export const controlFile = (dataDir: string) => join(dataDir, 'control.json');

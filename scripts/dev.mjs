// Development: the server restarts and the page reloads when a source file is saved, with the demo's sample data.

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { interrupted, startChild } from './child.mjs';
import { readyFrom, SIGN_IN, simulate } from './demo.mjs';
import { bin, ROOT, say } from './setup.mjs';

/** Data of its own: trying a change out must not alter what `npm start` shows. */
const DATA_DIR = '.gonsters/dev-data';
const PAGE_PORT = 5173;

/** Resolves with an exit code once everything has ended. */
export async function dev() {
  const compiler = startChild(
    process.execPath,
    [bin('typescript', 'bin/tsc'), '-b', '--watch', '--preserveWatchOutput', 'contract', 'simulator', 'server'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // The compiler is a program that tsc's script starts: a signal has to reach the group of both.
  const endCompiler = () => process.platform !== 'win32' && process.kill(-compiler.child.pid, 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, endCompiler);
  const server = new DevServer();
  let opening = null;
  let simulator = null;

  server.onReady = async (ready) => {
    const isFirst = opening === null;
    opening ??= servePage(ready.http);
    const page = await opening;
    if (isFirst) {
      simulator = simulate(ready);
      welcome(page.resolvedUrls?.local[0] ?? `http://localhost:${PAGE_PORT}/`, ready);
    } else {
      page.ws.send({ type: 'full-reload' });
      say('The server runs the changed code.');
    }
  };
  createInterface({ input: compiler.child.stdout }).on('line', (line) => {
    // "Found 0 errors. Watching for file changes.": what was saved is compiled.
    const errors = /Found (\d+) errors?\./.exec(line)?.[1];
    if (errors === undefined) {
      if (/error TS\d+/.test(line)) say(line);
    } else if (errors === '0') server.restart();
    else say('The server keeps running the code before this change.');
  });

  await compiler.close;
  await server.stop();
  await (await opening)?.close();
  simulator?.child.kill('SIGTERM');
  await simulator?.close;
  return interrupted ? 0 : 1;
}

/** The server as a child that is replaced: the next one starts when the one before has ended, on the same ports. */
class DevServer {
  onReady = async () => {};
  #running = null;
  #ports = {};
  #isWanted = true;
  #isEnding = false;

  /** Starts the server, or replaces the one that runs. While one is ending, the next is sure to start: it is not ended twice. */
  restart() {
    if (this.#running === null) this.#start();
    else if (!this.#isEnding) {
      this.#isEnding = true;
      this.#running.child.kill('SIGTERM');
    }
  }

  async stop() {
    this.#isWanted = false;
    this.#running?.child.kill('SIGTERM');
    await this.#running?.close;
  }

  #start() {
    const running = startChild(process.execPath, [join(ROOT, 'server/dist/main.js'), 'start'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { DATA_DIR, ...process.env, NODE_ENV: 'development', ...this.#ports },
    });
    this.#running = running;
    createInterface({ input: running.child.stdout }).on('line', (line) => {
      const ready = readyFrom(line);
      if (ready === null) return;
      this.#ports = { PORT: new URL(ready.http).port, ...(ready.mqtt && { MQTT_PORT: new URL(ready.mqtt).port }) };
      void this.onReady(ready);
    });
    void running.close.then((code) => {
      // A server that is ended while it starts has no exit code of its own.
      const isReplaced = this.#isEnding || code === 0;
      this.#running = null;
      this.#isEnding = false;
      if (!this.#isWanted || interrupted) return;
      if (isReplaced) this.#start();
      else say('The server has ended. It starts again when a file is saved.');
    });
  }
}

/** The page by Vite, which replaces changed modules in the browser; everything else is passed on to the server. */
async function servePage(target) {
  const { createLogger, createServer } = await import('vite');
  const logger = createLogger();
  const { error } = logger;
  // While the server restarts, the page tries again by itself.
  logger.error = (message, options) => void (message.includes('proxy error') || error(message, options));
  const page = await createServer({
    root: join(ROOT, 'web'),
    configFile: join(ROOT, 'web/vite.config.ts'),
    customLogger: logger,
    server: {
      port: PAGE_PORT,
      // Transformed before a browser asks for them.
      warmup: { clientFiles: ['./src/main.tsx'] },
      proxy: Object.fromEntries(
        ['/api', '/health', '/metrics', '/docs', '/openapi.json', '/socket.io'].map((path) => [
          path,
          { target, ws: path === '/socket.io' },
        ]),
      ),
    },
  });
  return page.listen();
}

function welcome(url, { http, mqtt }) {
  say(`
  GONSTERS in development

    Open      ${url}   (reloads when a file is saved)
    Sign in   ${SIGN_IN.username} / ${SIGN_IN.password}   (also supervisor1 and operator1)
    API       ${http}
    Publish   ${mqtt ?? 'over HTTP only'}
    Data      ${DATA_DIR}   (delete the folder to begin again)

  Ctrl-C ends everything.
`);
}

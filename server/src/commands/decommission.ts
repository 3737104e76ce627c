// `gonsters decommission`: removes a node from the plant. The server that runs on the data directory does it, otherwise this process.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '../app/app.ts';
import { NODE_ID_FILE } from '../cluster/node-id.ts';
import { readConfig } from '../config.ts';
import { askServer } from '../control/ask-server.ts';
import type { Environment } from '../environment.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../log.ts';

export async function decommission(env: Environment, options: { node?: string }): Promise<void> {
  const config = readConfig(env);
  if (options.node === undefined && !existsSync(join(config.dataDir, NODE_ID_FILE))) {
    throw new AppError('not_found', `No node has run on ${config.dataDir}: set DATA_DIR, or name the node with --node`);
  }
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const ask = () => askServer(config.dataDir, { command: 'leave', ...options }, tell);
  let answer = await ask();
  if (answer === null) {
    const app = createApp(config, { log: createLogger(config.logLevel), tell });
    try {
      await app.startOffline();
      answer = await ask();
    } finally {
      await app.stop();
    }
  }
  if (answer === null) throw new AppError('closed', 'The server stopped before it answered');
  tell(`The node ${answer.node} has been decommissioned; ${answer.messages} messages that waited for it were stored`);
}

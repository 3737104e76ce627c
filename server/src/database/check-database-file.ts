// Checks a database file on a thread of its own: SQLite reads all of it at once, and nothing else would run meanwhile.

import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const SQLITE = createRequire(import.meta.url).resolve('@photostructure/sqlite');
/** Text, because a thread cannot run the sources. */
const CHECK = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require(workerData.sqlite);
  const database = new DatabaseSync(workerData.file, { readOnly: true });
  const rows = database.prepare('PRAGMA integrity_check').all();
  database.close();
  parentPort.postMessage(rows.map((row) => row.integrity_check).filter((finding) => finding !== 'ok'));
`;

/** Resolves with what is wrong in a file that nobody writes; rejects if it cannot be read at all. */
export function checkDatabaseFile(file: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(CHECK, { eval: true, workerData: { sqlite: SQLITE, file } });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The check ended without a result')));
    worker.unref();
  });
}

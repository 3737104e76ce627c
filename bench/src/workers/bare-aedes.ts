// The program that MQTT ingest is compared with: aedes with a handler that only counts.

import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { serveWorker } from './worker.ts';

serveWorker<null, { port: number }>(async () => {
  let count = 0;
  const broker = await Aedes.createBroker();
  broker.authorizePublish = (_client, _packet, done) => {
    count++;
    done(null);
  };
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  process.once('SIGTERM', () => process.exit(count > 0 ? 0 : 1));
  return { port: (server.address() as AddressInfo).port };
});

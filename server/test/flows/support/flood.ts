// A gateway that publishes as fast as TCP accepts it, without waiting for acknowledgements.

import { once } from 'node:events';
import { connect } from 'node:net';
import mqttPacket from 'mqtt-packet';

const READINGS_PER_MESSAGE = 1_000;
const PUBACK_BYTES = 4;

export interface Flood {
  /** Resolves when it is authenticated. A client that connects under backpressure is not read. */
  begin(messages?: number): void;
  /** Messages that the server has acknowledged. */
  acknowledged(): number;
  /** For how long TCP has accepted no more bytes. */
  stuckForMs(): number;
  /** Messages that have left this process. */
  sentBytes(): number;
  stop(): void;
}

/** Connects. @param number distinguishes floods: it is the client id, and the value of every reading */
export async function openFlood(url: string, machineId: string, firstMs: number, number: number): Promise<Flood> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    mqttPacket.generate({
      ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 },
      clientId: `flood-${number}`,
    }),
  );
  await once(socket, 'data');
  let movedAtMs = performance.now();
  let messages = 0;
  let most = Number.POSITIVE_INFINITY;
  let receivedBytes = 0;
  const fill = () => {
    movedAtMs = performance.now();
    let hasRoom = true;
    while (hasRoom && messages < most && !socket.destroyed) {
      const from = firstMs + messages * READINGS_PER_MESSAGE;
      const readings = Array.from({ length: READINGS_PER_MESSAGE }, (_, i) => ({ timestamp: from + i, speed: number }));
      messages++;
      hasRoom = socket.write(
        mqttPacket.generate({
          ...{ cmd: 'publish', topic: `factory/f/machine/${machineId}/telemetry`, payload: JSON.stringify(readings) },
          ...{ qos: 1, messageId: ((messages - 1) % 65_535) + 1, dup: false, retain: false },
        }),
      );
    }
  };
  socket.on('drain', fill);
  socket.on('data', (chunk) => {
    receivedBytes += chunk.length;
  });
  return {
    begin(messages = most) {
      most = messages;
      fill();
    },
    acknowledged: () => receivedBytes / PUBACK_BYTES,
    stuckForMs: () => performance.now() - movedAtMs,
    sentBytes: () => socket.bytesWritten - socket.writableLength,
    stop: () => socket.destroy(),
  };
}

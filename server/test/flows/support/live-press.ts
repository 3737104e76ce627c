// A machine of a running server, a gateway that publishes for it, and a live client.

import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { StartedCore } from './start-core.ts';

export interface LivePress {
  readonly machineId: string;
  /** The temperatures and the alerts that the live client has received. */
  readonly seen: number[];
  readonly alerts: { id: string; seq: number; state: string }[];
  /** Resolves when it is acknowledged. */
  publish(temperature: number): Promise<unknown>;
}

/** @param core must run the embedded broker */
export async function openLivePress(core: StartedCore): Promise<LivePress> {
  const machineId = await core.addMachine('Press 1');
  const gateway = await connectAsync(core.mqtt as string);
  onTestFinished(() => gateway.endAsync(true));
  const live = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
  onTestFinished(() => void live.disconnect());
  const seen: number[] = [];
  const alerts: LivePress['alerts'] = [];
  live.on('sensor_data', (reading: { temperature: number }) => seen.push(reading.temperature));
  for (const event of ['alert', 'alert_updated']) {
    live.on(event, (alert: LivePress['alerts'][number]) => alerts.push(alert));
  }
  const subscribed = new Promise((resolve) => live.once('subscribed_all', resolve));
  live.emit('subscribe_all');
  await subscribed;
  return {
    ...{ machineId, seen, alerts },
    publish: (temperature) =>
      gateway.publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify({ temperature }), { qos: 1 }),
  };
}

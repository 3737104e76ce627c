import { describe, expect, it } from 'vitest';
import { packEvents } from './event-packet.ts';
import { DISCONNECT_AFTER_TICKS, type LiveSocket } from './live-socket.ts';
import { SendBuffer } from './send-buffer.ts';

/** An Engine.IO connection whose network takes what it is told to take. */
function wire() {
  const callbacks: (() => void)[] = [];
  const connection = {
    transport: { writable: false },
    write: (_data: unknown, _options?: unknown, taken?: () => void) => {
      if (taken !== undefined) callbacks.push(taken);
    },
  };
  return { connection, callbacks, outflow: new SendBuffer(connection as unknown as LiveSocket['conn']) };
}
const packet = packEvents(['2["event"]']);

describe('what flows out to a client', () => {
  it('is pending until the network has taken it', () => {
    const { outflow, callbacks } = wire();
    outflow.write(packet);
    outflow.write(packet);
    expect(outflow.pendingBytes).toBe(2 * packet.bytes);
    callbacks[0]?.();
    expect(outflow.pendingBytes).toBe(packet.bytes);
    callbacks[1]?.();
    expect(outflow.pendingBytes).toBe(0);
  });

  it('counts the ticks in which nothing was taken, and only those', () => {
    const { outflow, callbacks } = wire();
    for (let tick = 0; tick < 3; tick++) outflow.onTick();
    expect(outflow.stalledTicks).toBe(0);
    outflow.write(packet);
    outflow.write(packet);
    for (let tick = 0; tick < DISCONNECT_AFTER_TICKS; tick++) outflow.onTick();
    expect(outflow.stalledTicks).toBe(DISCONNECT_AFTER_TICKS);
    callbacks[0]?.();
    outflow.onTick();
    expect(outflow.stalledTicks).toBe(0);
    outflow.onTick();
    expect(outflow.stalledTicks).toBe(1);
  });

  it('counts as taken when the transport can be written to, though a callback was lost', () => {
    const { outflow, callbacks, connection } = wire();
    outflow.write(packet);
    connection.transport.writable = true;
    outflow.onTick();
    expect(outflow.pendingBytes).toBe(0);
    callbacks[0]?.();
    expect(outflow.pendingBytes).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { packEvents } from './event-packet.ts';
import { DISCONNECT_AFTER_TICKS, type LiveSocket } from './live-socket.ts';
import { SendBuffer } from './send-buffer.ts';

/** An Engine.IO connection that sends when the test calls a callback. */
function fakeConnection() {
  const callbacks: (() => void)[] = [];
  const connection = {
    transport: { writable: false },
    write: (_data: unknown, _options?: unknown, sent?: () => void) => {
      if (sent !== undefined) callbacks.push(sent);
    },
  };
  return { connection, callbacks, sendBuffer: new SendBuffer(connection as unknown as LiveSocket['conn']) };
}
const packet = packEvents(['2["event"]']);

describe('the send buffer of a client', () => {
  it('counts bytes as pending until they are sent', () => {
    const { sendBuffer, callbacks } = fakeConnection();
    sendBuffer.write(packet);
    sendBuffer.write(packet);
    expect(sendBuffer.pendingBytes).toBe(2 * packet.bytes);
    callbacks[0]?.();
    expect(sendBuffer.pendingBytes).toBe(packet.bytes);
    callbacks[1]?.();
    expect(sendBuffer.pendingBytes).toBe(0);
  });

  it('counts the ticks in which bytes are pending and none were sent', () => {
    const { sendBuffer, callbacks } = fakeConnection();
    for (let tick = 0; tick < 3; tick++) sendBuffer.onTick();
    expect(sendBuffer.stalledTicks).toBe(0);
    sendBuffer.write(packet);
    sendBuffer.write(packet);
    for (let tick = 0; tick < DISCONNECT_AFTER_TICKS; tick++) sendBuffer.onTick();
    expect(sendBuffer.stalledTicks).toBe(DISCONNECT_AFTER_TICKS);
    callbacks[0]?.();
    sendBuffer.onTick();
    expect(sendBuffer.stalledTicks).toBe(0);
    sendBuffer.onTick();
    expect(sendBuffer.stalledTicks).toBe(1);
  });

  it('counts bytes as sent when the transport is writable, although a callback was lost', () => {
    const { sendBuffer, callbacks, connection } = fakeConnection();
    sendBuffer.write(packet);
    connection.transport.writable = true;
    sendBuffer.onTick();
    expect(sendBuffer.pendingBytes).toBe(0);
    callbacks[0]?.();
    expect(sendBuffer.pendingBytes).toBe(0);
  });
});

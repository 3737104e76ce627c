// Counts the bytes that were written to one client and that its connection has not sent yet: how far the client lags.

import type { EventPacket } from './event-packet.ts';
import type { LiveSocket } from './live-socket.ts';

export class SendBuffer {
  readonly #connection: LiveSocket['conn'];
  #writtenBytes = 0;
  #sentBytes = 0;
  #sentAtLastTick = 0;
  #stalledTicks = 0;

  constructor(connection: LiveSocket['conn']) {
    this.#connection = connection;
  }

  get pendingBytes(): number {
    return this.#writtenBytes - this.#sentBytes;
  }

  /** For how many ticks bytes have been pending and none were sent. */
  get stalledTicks(): number {
    return this.#stalledTicks;
  }

  write(packet: EventPacket): void {
    this.#writtenBytes += packet.bytes;
    this.#connection.write(packet.data, packet.options, this.#onSentUpTo(this.#writtenBytes));
  }

  /** An event with one binary attachment: two packets that are sent one after the other. */
  writeBinary(head: string, attachment: Uint8Array): void {
    this.#writtenBytes += head.length + attachment.length;
    this.#connection.write(head);
    this.#connection.write(Buffer.from(attachment.buffer), {}, this.#onSentUpTo(this.#writtenBytes));
  }

  onTick(): void {
    // A change of transport can lose a callback. A writable transport has nothing pending.
    if (this.#connection.transport.writable) this.#sentBytes = this.#writtenBytes;
    const hasProgress = this.#sentBytes !== this.#sentAtLastTick;
    this.#stalledTicks = hasProgress || this.pendingBytes === 0 ? 0 : this.#stalledTicks + 1;
    this.#sentAtLastTick = this.#sentBytes;
  }

  /** Closes the connection at once. Pending bytes are lost, which a blocked client would never receive. */
  terminate(): void {
    this.#connection.close(true);
    terminateTransport(this.#connection);
  }

  #onSentUpTo(bytes: number): () => void {
    return () => {
      if (bytes > this.#sentBytes) this.#sentBytes = bytes;
    };
  }
}

/** A WebSocket that is closed waits up to 30 s for the other side. Terminating its socket ends the connection at once. */
export function terminateTransport({ transport }: LiveSocket['conn']): void {
  (transport as { socket?: { terminate?: () => void } }).socket?.terminate?.();
}

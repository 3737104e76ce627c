// What was written to one client and has not left yet: the measure of how far it lags.

import type { EventPacket } from './event-packet.ts';
import type { LiveSocket } from './live-socket.ts';

export class SendBuffer {
  readonly #connection: LiveSocket['conn'];
  #writtenBytes = 0;
  #takenBytes = 0;
  #takenAtLastTick = 0;
  #stalledTicks = 0;

  constructor(connection: LiveSocket['conn']) {
    this.#connection = connection;
  }

  get pendingBytes(): number {
    return this.#writtenBytes - this.#takenBytes;
  }

  /** For how many ticks something has been pending of which nothing left. */
  get stalledTicks(): number {
    return this.#stalledTicks;
  }

  write(packet: EventPacket): void {
    this.#writtenBytes += packet.bytes;
    this.#connection.write(packet.data, packet.options, this.#takenUpTo(this.#writtenBytes));
  }

  /** An event with one binary attachment: two packets that stay neighbours. */
  writeBinary(head: string, attachment: Uint8Array): void {
    this.#writtenBytes += head.length + attachment.length;
    this.#connection.write(head);
    this.#connection.write(Buffer.from(attachment.buffer), {}, this.#takenUpTo(this.#writtenBytes));
  }

  onTick(): void {
    // A change of transport can swallow a callback. A transport that can be written to has nothing pending.
    if (this.#connection.transport.writable) this.#takenBytes = this.#writtenBytes;
    const moved = this.#takenBytes !== this.#takenAtLastTick;
    this.#stalledTicks = moved || this.pendingBytes === 0 ? 0 : this.#stalledTicks + 1;
    this.#takenAtLastTick = this.#takenBytes;
  }

  /** Cuts the connection without waiting for what is pending, which a stuck client would never take. */
  terminate(): void {
    this.#connection.close(true);
    cutWire(this.#connection);
  }

  #takenUpTo(bytes: number): () => void {
    return () => {
      if (bytes > this.#takenBytes) this.#takenBytes = bytes;
    };
  }
}

/** Engine.IO says goodbye and the WebSocket waits 30 s for the answer; only its own socket can be cut before that. */
export function cutWire({ transport }: LiveSocket['conn']): void {
  (transport as { socket?: { terminate?: () => void } }).socket?.terminate?.();
}

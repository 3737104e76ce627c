// What is remembered of the topics of one gateway, or of one address without credentials, so that most messages need no look at their payload.

import type { ArrivedMessage } from './incoming-message.ts';
import type { IncomingStream } from './incoming-stream.ts';

/** Of payloads that are looked at in a second. */
const LOOKED_AT_BYTES = 1024 * 1024;
/** What looking at a message costs besides its payload, in bytes: at most 512 messages in a second. */
const LOOK_BYTES = 2048;
const MAX_TOPICS = 5000;
const MAX_ORIGINS = 1000;
const UNKNOWN = '';

class StreamOrigin {
  /** The streams of each topic, by slot. Emptied when full, because a device may invent topics. */
  readonly #topics = new Map<string, (IncomingStream | undefined)[]>();
  #lookedAtBytes = 0;
  #second = 0;

  streamOf(topic: string, slot: number): IncomingStream | undefined {
    return this.#topics.get(topic)?.[slot];
  }

  remember(topic: string, slot: number, stream: IncomingStream): void {
    let streams = this.#topics.get(topic);
    if (streams === undefined) {
      if (this.#topics.size >= MAX_TOPICS) this.#topics.clear();
      streams = [];
      this.#topics.set(topic, streams);
    }
    streams[slot] = stream;
  }

  *topicsOf(stream: IncomingStream): Generator<string> {
    for (const [topic, streams] of this.#topics) if (streams.some((each) => each?.current === stream)) yield topic;
  }

  /** Whether a payload may be looked at in this second. */
  mayLook(atMs: number): boolean {
    const second = Math.floor(atMs / 1000);
    if (this.#second !== second) {
      this.#second = second;
      this.#lookedAtBytes = 0;
    }
    return this.#lookedAtBytes < LOOKED_AT_BYTES;
  }

  countLook(bytes: number): void {
    this.#lookedAtBytes += bytes + LOOK_BYTES;
  }
}

export type { StreamOrigin };

export class StreamOrigins {
  readonly #origins = new Map<string, StreamOrigin>();

  of({ gatewayId, address }: ArrivedMessage['sender']): StreamOrigin {
    const key = gatewayId ?? address ?? UNKNOWN;
    const known = this.#origins.get(key);
    if (known !== undefined) return known;
    if (this.#origins.size >= MAX_ORIGINS) this.#origins.clear();
    const origin = new StreamOrigin();
    this.#origins.set(key, origin);
    return origin;
  }
}

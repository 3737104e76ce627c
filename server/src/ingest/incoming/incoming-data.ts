// Incoming data: what arrives is counted by stream, and what is refused is kept whole where a change can make it storable.

import type { IncomingOutcome } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { ArrivedFault, ArrivedMessage } from './incoming-message.ts';
import type { AcceptedRows } from './incoming-stream.ts';
import { bytesOf, IncomingStreams } from './incoming-streams.ts';
import { keptFaults, type RefusedMessage } from './refused-message.ts';
import { type RefusedLimits, RefusedStore } from './refused-store.ts';

/** Where every message is noted with what became of it. */
export interface IncomingNotes {
  /** @returns where the readings of the message are noted that were accepted */
  note(
    message: ArrivedMessage,
    outcome: IncomingOutcome,
    faults: readonly ArrivedFault[],
  ): { noteRows(rows: AcceptedRows, from: number, atMs: number): void };
}

const EXPIRE_EVERY_MS = 10 * 60_000;

export class IncomingData implements IncomingNotes {
  readonly streams: IncomingStreams;
  readonly refused: RefusedStore;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: {
    dataDir: string;
    machines: Pick<MachineService, 'resolve'>;
    clock: Clock;
    log: Logger;
    limits?: Partial<RefusedLimits>;
  }) {
    this.streams = new IncomingStreams({
      isMachine: (level) => deps.machines.resolve(level) !== undefined,
      onReplaced: (from, to) => this.refused.replaceStream(from.id, to.id),
    });
    this.refused = new RefusedStore({ ...deps, streamOf: (message) => this.streams.streamOf(message).id });
  }

  /** Reads in the background what an earlier process kept. */
  start(): void {
    void this.refused.open((message) => void this.streams.note(message, message.outcome, message.faults));
    this.#timer = setInterval(() => void this.refused.expire(), EXPIRE_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.refused.flush();
  }

  note(message: ArrivedMessage, outcome: IncomingOutcome, faults: readonly ArrivedFault[]) {
    const stream = this.streams.note(message, outcome, faults);
    if (faults.length > 0 && (outcome === 'refused' || outcome === 'partly'))
      this.#keep(stream.id, message, outcome, faults);
    return stream;
  }

  #keep(
    streamId: string,
    message: ArrivedMessage,
    outcome: RefusedMessage['outcome'],
    faults: readonly ArrivedFault[],
  ): void {
    const { protocol } = message;
    // A message of Sparkplug means nothing outside of its session.
    if (protocol === 'sparkplug') return;
    const kept = keptFaults(faults);
    if (kept !== null)
      this.refused.add(streamId, { ...message, protocol, payload: bytesOf(message), outcome, faults: kept });
  }
}

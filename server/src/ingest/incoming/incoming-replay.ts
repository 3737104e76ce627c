// Takes in again what was refused, with the profiles, machines, aliases, zones and metrics that there are now.

import type { IncomingOutcome } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import { isAppError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { RejectionReason } from '../dead-letters/rejection-reason.ts';
import type { IncomingData } from './incoming-data.ts';
import type { ArrivedFault } from './incoming-message.ts';
import type { IncomingStream } from './incoming-stream.ts';
import { keptFaults, type RefusedMessage } from './refused-message.ts';
import { isAnonymous, shareOf, type Verdict } from './refused-store.ts';
import { ANY_LEVEL } from './topic-pattern.ts';

export interface TakenIn {
  readonly outcome: IncomingOutcome;
  readonly faults: readonly ArrivedFault[];
}

/**
 * Takes a message in as it arrived then. Resolves when its readings are durable. Rejects while the store takes none, and then the message is
 * kept as it is.
 */
export type TakeIn = (message: RefusedMessage) => Promise<TakenIn>;

export interface ReplayProgress {
  /** Messages that were kept when it began. What came without credentials is added as it is found. */
  messages: number;
  readonly startedMs: number;
  finishedMs: number | null;
  /** Messages that were taken in, whatever became of them. */
  replayed: number;
  /** Of them, those of which everything, or at least a part, is stored now. */
  stored: number;
  partly: number;
  stillRefused: number;
  ignored: number;
  /** Of what is still refused, messages by reason. */
  readonly reasons: Map<RejectionReason, number>;
  /** Whether the store took nothing in between: the rest is kept as it was. */
  isInterrupted: boolean;
}

/** What is kept of a gateway or of a stream. */
export interface ReplayScope {
  readonly gatewayId: string | null;
  readonly stream: IncomingStream | null;
}

export interface IncomingReplayDeps {
  incoming: IncomingData;
  takeIn: TakeIn;
  /** Whether the profile of a gateway describes the topic of a message that came without credentials. */
  isDescribed: (gatewayId: string, message: RefusedMessage) => boolean;
  clock: Clock;
  log: Logger;
}

/** Finished ones that can still be asked for. */
const MAX_REMEMBERED = 100;
/** Messages that wait for the store by then are handed over again at the next replay. */
const STOP_WITHIN_MS = 2000;

export class IncomingReplay {
  readonly #incoming: IncomingData;
  readonly #takeIn: TakeIn;
  readonly #isDescribed: IncomingReplayDeps['isDescribed'];
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #known = new Map<string, { progress: ReplayProgress; finished: Promise<void> }>();
  /** One at a time, because two would hand over the same messages. */
  #work: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(deps: IncomingReplayDeps) {
    this.#incoming = deps.incoming;
    this.#takeIn = deps.takeIn;
    this.#isDescribed = deps.isDescribed;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Begins a replay, or returns the one of the same scope that is running. `finished` never rejects. */
  start(scope: ReplayScope): { progress: ReplayProgress; finished: Promise<void> } {
    const key = keyOf(scope);
    const running = this.#known.get(key);
    if (running !== undefined && running.progress.finishedMs === null) return running;
    const { refused } = this.#incoming;
    const progress: ReplayProgress = {
      messages: scope.stream === null ? refused.keptOfSender(scope.gatewayId ?? '') : refused.keptOf(scope.stream.id),
      startedMs: this.#clock.nowMs(),
      finishedMs: null,
      ...{ replayed: 0, stored: 0, partly: 0, stillRefused: 0, ignored: 0, isInterrupted: false },
      reasons: new Map(),
    };
    const finished = this.#work.then(() => this.#run(scope, progress));
    this.#work = finished;
    this.#known.delete(key);
    this.#known.set(key, { progress, finished });
    if (this.#known.size > MAX_REMEMBERED) this.#known.delete(this.#known.keys().next().value as string);
    return { progress, finished };
  }

  /** Of the newest replay of the scope; undefined if there was none since the start. */
  progressOf(scope: ReplayScope): ReplayProgress | undefined {
    return this.#known.get(keyOf(scope))?.progress;
  }

  /** What is not taken in by now stays kept. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await withTimeout(this.#work, STOP_WITHIN_MS);
  }

  async #run({ gatewayId, stream }: ReplayScope, progress: ReplayProgress): Promise<void> {
    const { refused, streams } = this.#incoming;
    const share = stream === null ? gatewayId : shareOf({ sender: stream.sender, topic: stream.exampleTopic });
    const isWanted = (each: string) => each === share || (stream === null && isAnonymous(each));
    const wanted = stream?.current;
    try {
      await refused.visit(isWanted, async (message) => {
        if (this.#isStopped || progress.isInterrupted) return 'keep';
        if (
          wanted !== undefined &&
          !isOfTopic(wanted.topic, message.topic) &&
          streams.streamOf(message).current !== wanted.current
        )
          return 'keep';
        if (wanted === undefined && message.sender.gatewayId === null) {
          if (!this.#isDescribed(gatewayId as string, message)) return 'keep';
          progress.messages++;
        }
        return this.#judge(message, progress);
      });
    } catch (error) {
      progress.isInterrupted = true;
      this.#log.error({ err: error }, 'Refused messages cannot be taken in again');
    }
    progress.finishedMs = this.#clock.nowMs();
  }

  async #judge(message: RefusedMessage, progress: ReplayProgress): Promise<Verdict> {
    let taken: TakenIn;
    try {
      taken = await this.#takeIn(message);
    } catch (error) {
      progress.isInterrupted = true;
      if (!isAppError(error, 'busy') && !isAppError(error, 'store_unavailable'))
        this.#log.error({ err: error }, 'A refused message could not be taken in again');
      return 'keep';
    }
    const { outcome, faults } = taken;
    progress.replayed++;
    if (outcome === 'stored') progress.stored++;
    else if (outcome === 'partly') progress.partly++;
    else if (outcome === 'ignored') progress.ignored++;
    else progress.stillRefused++;
    if (outcome === 'stored' || outcome === 'ignored') return 'remove';
    for (const reason of new Set(faults.map((fault) => fault.reason)))
      progress.reasons.set(reason, (progress.reasons.get(reason) ?? 0) + 1);
    const kept = keptFaults(faults);
    return kept === null ? 'remove' : { ...message, outcome, faults: kept };
  }
}

const keyOf = ({ gatewayId, stream }: ReplayScope) => `${gatewayId ?? ''} ${stream?.current.id ?? ''}`;

/** By the topic, because an alias that was given in the meantime makes another pattern of it, and so another stream. */
function isOfTopic(pattern: string, topic: string): boolean {
  const [patterns, levels] = [pattern.split('/'), topic.split('/')];
  return patterns.length === levels.length && patterns.every((each, at) => each === ANY_LEVEL || each === levels[at]);
}

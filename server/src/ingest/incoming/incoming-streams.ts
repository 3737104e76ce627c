// What arrives, by sender, pattern of topics and shape. Every message is counted; its payload is looked at once a second for each stream.

import { INCOMING_OUTCOMES, type IncomingOutcome } from '@gonsters/contract';
import type { ArrivedFault, ArrivedMessage, RecentMessage } from './incoming-message.ts';
import { countRefusals, IncomingStream, type StreamRefusal } from './incoming-stream.ts';
import { ANY_FIELDS, type PayloadShape, payloadShape, unitedShape } from './payload-shape.ts';
import { RecentMessages } from './recent-messages.ts';
import { type StreamOrigin, StreamOrigins } from './stream-origin.ts';
import { covers, foldedPattern, patternOf, type TopicPattern } from './topic-pattern.ts';
import { WindowCounts } from './window-counts.ts';

/** A sender loses the stream that came longest ago before it has more, so that it pushes out no stream of another. */
const MAX_STREAMS_OF_SENDER = 200;
const MAX_STREAMS = 2000;
/** Of one sender and pattern, and of one kind: past this number they become one stream. */
const MAX_SHAPES = 4;
const SAMPLE_EVERY_MS = 1000;
/** Levels of the topic by which senders without credentials are told apart. */
const SENDER_LEVELS = 2;
/** Payloads that cannot be read have a shape of their own, beside the refused ones of the same topic that can. */
const UNREADABLE: ReadonlySet<string> = new Set(['not_utf8', 'not_json', 'too_deep', 'too_large', 'not_line_protocol']);
/** One for each outcome, and one for payloads that cannot be read. */
const SLOTS = INCOMING_OUTCOMES.length + 1;

const OUTCOME_NUMBERS = Object.fromEntries(INCOMING_OUTCOMES.map((outcome, i) => [outcome, i])) as Record<
  IncomingOutcome,
  number
>;

export interface IncomingStreamsDeps {
  /** Whether a level of a topic is the id, an alias or the name of a machine. */
  isMachine: (level: string) => boolean;
  /** One stream has taken the place of another. */
  onReplaced?: (from: IncomingStream, to: IncomingStream) => void;
  /** Bytes of the recent messages of all streams. */
  maxRecentBytes?: number;
}

export class IncomingStreams {
  readonly #isMachine: (level: string) => boolean;
  readonly #onReplaced: (from: IncomingStream, to: IncomingStream) => void;
  readonly #origins = new StreamOrigins();
  readonly #bySender = new Map<string, IncomingStream[]>();
  readonly #recent: RecentMessages;
  #count = 0;
  /** Of all senders, by outcome. */
  readonly counts = new WindowCounts(INCOMING_OUTCOMES.length);
  readonly refusals = new Map<string, StreamRefusal>();
  /** Streams that were forgotten because of a bound. */
  forgotten = 0;

  constructor({ isMachine, onReplaced = () => {}, maxRecentBytes }: IncomingStreamsDeps) {
    this.#isMachine = isMachine;
    this.#onReplaced = onReplaced;
    this.#recent = new RecentMessages(maxRecentBytes);
  }

  /**
   * Counts a message. Costs two look-ups, unless its stream was not sampled within the last second.
   *
   * @returns its stream
   */
  note(message: ArrivedMessage, outcome: IncomingOutcome, faults: readonly ArrivedFault[]): IncomingStream {
    const { sender, topic, arrivedMs } = message;
    const number = OUTCOME_NUMBERS[outcome];
    const origin = this.#origins.of(sender);
    const slot = outcome === 'refused' && UNREADABLE.has(faults[0]?.reason ?? '') ? SLOTS - 1 : number;
    const known = origin.streamOf(topic, slot);
    let stream = known;
    if (
      known === undefined ||
      known.replacedBy !== undefined ||
      arrivedMs - (known.sampledMs[slot] as number) >= SAMPLE_EVERY_MS
    )
      stream = this.#sample(origin, known, message, slot, { outcome, faults });
    const counted = stream as IncomingStream;
    counted.count(number, arrivedMs);
    this.counts.add(number, arrivedMs);
    if (faults.length > 0) this.#noteFaults(counted, faults, arrivedMs);
    return counted;
  }

  /** The stream to which a message belongs. It is not counted. */
  streamOf(message: ArrivedMessage): IncomingStream {
    const levels = message.topic.split('/');
    return this.#place(message, levels, payloadShape(bytesOf(message).toString(), { ...message, levels }));
  }

  get(id: string): IncomingStream | undefined {
    for (const streams of this.#bySender.values()) {
      const found = streams.find((each) => each.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  *list(): Generator<IncomingStream> {
    for (const streams of this.#bySender.values()) yield* streams;
  }

  /**
   * Whether anything of the stream was for the machine, also in vain: a topic or a refused payload names it.
   *
   * @param names whether an id, as a device sends it, means the machine now
   */
  concerns(stream: IncomingStream, machineId: string, names: (id: string) => boolean): boolean {
    if (stream.machines.has(machineId)) return true;
    for (const id of stream.namedInVain) if (names(id)) return true;
    for (const topic of this.#topicsOf(stream)) if (topic.split('/').some(names)) return true;
    return false;
  }

  /** Oldest first, at most 100: at most one for each second and outcome. */
  recentMessages(stream: IncomingStream) {
    return this.#recent.of(stream);
  }

  /** The topics of the stream that came lately. */
  *#topicsOf(stream: IncomingStream): Generator<string> {
    yield stream.exampleTopic;
    yield* this.#origins.of(stream.sender).topicsOf(stream);
  }

  #noteFaults(stream: IncomingStream, faults: readonly ArrivedFault[], atMs: number): void {
    stream.noteFaults(faults, atMs);
    countRefusals(this.refusals, faults, atMs);
  }

  /** Looks at the payload, if there may be another look in this second; otherwise the message is counted where the last ones were. */
  #sample(
    origin: StreamOrigin,
    known: IncomingStream | undefined,
    message: ArrivedMessage,
    slot: number,
    became: Pick<RecentMessage, 'outcome' | 'faults'>,
  ): IncomingStream {
    const { topic, arrivedMs } = message;
    const levels = topic.split('/');
    const listed = known?.current.replacedBy === undefined ? known?.current : undefined;
    if (!origin.mayLook(arrivedMs)) {
      const last = listed ?? this.#bySender.get(senderKeyOf(message, levels))?.at(-1);
      if (last !== undefined) return last;
    }
    const payload = bytesOf(message);
    origin.countLook(payload.length);
    const shape = payloadShape(payload.toString(), { ...message, levels });
    const isSame = listed !== undefined && (listed.shape.key === shape.key || coversShape(listed.shape, shape));
    const stream = isSame ? listed : this.#place(message, levels, shape);
    stream.sender = message.sender;
    stream.sampledMs[slot] = arrivedMs;
    stream.lastSampledMs = arrivedMs;
    this.#recent.add(stream, { receivedMs: arrivedMs, topic, payload, ...became });
    origin.remember(topic, slot, stream);
    return stream;
  }

  /** The stream of a topic and a shape, which may be new, or may take the place of others. */
  #place(message: ArrivedMessage, levels: readonly string[], shape: PayloadShape): IncomingStream {
    const { sender, protocol, topic, arrivedMs } = message;
    const senderKey = senderKeyOf(message, levels);
    const pattern = patternOf(levels, this.#isMachine);
    const ofSender = this.#bySender.get(senderKey) ?? [];
    const found = ofSender.find(
      (each) =>
        each.protocol === protocol &&
        covers(each.pattern, pattern) &&
        (each.shape.key === shape.key || coversShape(each.shape, shape)),
    );
    if (found !== undefined) return found;
    const stream = new IncomingStream({ senderKey, sender, protocol, pattern, shape, topic, atMs: arrivedMs });
    this.#bySender.set(senderKey, [...ofSender, stream]);
    this.#count++;
    const folded = this.#fold(stream);
    this.#forgetOldest(senderKey, folded);
    return folded;
  }

  /** Unites streams that differ in one level of the topic only, and then those that differ in their fields only. */
  #fold(added: IncomingStream): IncomingStream {
    let stream = added;
    for (;;) {
      const ofSender = this.#bySender.get(stream.senderKey) as IncomingStream[];
      const alike = ofSender.filter(
        (each) => each !== stream && each.protocol === stream.protocol && each.shape.key === stream.shape.key,
      );
      const pattern = foldedPattern(
        stream.pattern,
        alike.map((each) => each.pattern),
      );
      if (pattern !== null) {
        stream = this.#unite([stream, ...alike.filter((each) => covers(pattern, each.pattern))], pattern, stream.shape);
        continue;
      }
      const { protocol, topic, shape } = stream;
      const differing = ofSender.filter(
        (each) => each.protocol === protocol && each.topic === topic && each.shape.kind === shape.kind,
      );
      if (differing.length <= MAX_SHAPES) return stream;
      stream = this.#unite(differing, stream.pattern, unitedShape(differing.map((each) => each.shape)));
    }
  }

  /** @returns the oldest of them, which takes the place of the others */
  #unite(streams: readonly IncomingStream[], pattern: TopicPattern, shape: PayloadShape): IncomingStream {
    const [oldest, ...others] = [...streams].sort((a, b) => a.firstMs - b.firstMs) as [IncomingStream];
    oldest.pattern = pattern;
    oldest.shape = shape;
    for (const other of others as IncomingStream[]) {
      oldest.absorb(other);
      this.#recent.move(other, oldest);
      this.#onReplaced(other, oldest);
      this.#remove(other);
    }
    return oldest;
  }

  #forgetOldest(senderKey: string, added: IncomingStream): void {
    if ((this.#bySender.get(senderKey)?.length ?? 0) > MAX_STREAMS_OF_SENDER) this.#forget(senderKey, added);
    if (this.#count <= MAX_STREAMS) return;
    let largest = senderKey;
    for (const [key, streams] of this.#bySender) {
      if (streams.length > (this.#bySender.get(largest)?.length ?? 0)) largest = key;
    }
    this.#forget(largest, added);
  }

  #forget(senderKey: string, added: IncomingStream): void {
    const streams = (this.#bySender.get(senderKey) ?? []).filter((each) => each !== added);
    const oldest = streams.reduce<IncomingStream | null>(
      (found, each) => (found === null || each.lastMs < found.lastMs ? each : found),
      null,
    );
    if (oldest === null) return;
    oldest.replacedBy = null;
    this.#recent.forget(oldest);
    this.#remove(oldest);
    this.forgotten++;
  }

  #remove(stream: IncomingStream): void {
    const rest = (this.#bySender.get(stream.senderKey) ?? []).filter((each) => each !== stream);
    if (rest.length === 0) this.#bySender.delete(stream.senderKey);
    else this.#bySender.set(stream.senderKey, rest);
    this.#count--;
  }
}

/** Gateways are told apart by their credentials; other senders by address and the first levels of their topics. */
function senderKeyOf({ sender, protocol }: ArrivedMessage, levels: readonly string[]): string {
  if (sender.gatewayId !== null) return sender.gatewayId;
  return `${protocol} ${sender.address ?? ''} ${levels.slice(0, SENDER_LEVELS).join('/')}`;
}

const coversShape = (general: PayloadShape, shape: PayloadShape) => general.key === `${shape.kind} ${ANY_FIELDS}`;

/** A copy of the payload. */
export const bytesOf = ({ payload }: ArrivedMessage) =>
  typeof payload === 'function' ? Buffer.from(payload()) : Buffer.from(payload);

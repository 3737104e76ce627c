// Refused messages, kept whole on disk for a day, so that they can be taken in again. They survive a kill of the process.

import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import { lineOf, messageOf, type RefusedMessage } from './refused-message.ts';
import { RefusedSegments, type Segment } from './refused-segments.ts';

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
const FOLDER = 'refused-messages';
const SUFFIX = '.jsonl';
const FLUSH_AFTER_MS = 100;
/** Clients without credentials share this many names, so that they cannot invent ever more. */
const ANONYMOUS_SHARES = 64;
const ANONYMOUS = 'anonymous-';

export interface RefusedLimits {
  /** Of all senders. */
  readonly bytes: number;
  /** Of one sender. */
  readonly messages: number;
  /** Of one file: so many are removed at a time. */
  readonly messagesOfFile: number;
  readonly bytesOfFile: number;
  /** In memory until they are written, of all senders and of one. */
  readonly waitingBytes: number;
  readonly waitingBytesOfSender: number;
}

const LIMITS: RefusedLimits = {
  bytes: 256 * 1024 * 1024,
  messages: 10_000,
  messagesOfFile: 250,
  bytesOfFile: 1024 * 1024,
  waitingBytes: 8 * 1024 * 1024,
  waitingBytesOfSender: 1024 * 1024,
};

interface Waiting {
  readonly streamId: string;
  readonly line: string;
  readonly arrivedMs: number;
}

/** What becomes of a kept message: it is removed, stays as it is, or stays with another reason. */
export type Verdict = 'remove' | 'keep' | RefusedMessage;

export class RefusedStore {
  readonly #folder: string;
  readonly #streamOf: (message: RefusedMessage) => string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #limits: RefusedLimits;
  readonly #segments = new RefusedSegments();
  /** Where the newest messages of a share are appended. */
  readonly #open = new Map<string, Segment>();
  /** By share. */
  #waiting = new Map<string, { messages: Waiting[]; bytes: number }>();
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #work: Promise<unknown> = Promise.resolve();
  #isFailureLogged = false;
  /** Files that were begun. */
  #files = 0;
  /** Messages that were not kept, because more came at once than can be written, or because the disk took none. */
  notKept = 0;

  /** `streamOf` returns the id of the stream to which a message belongs. */
  constructor(deps: {
    dataDir: string;
    streamOf: (message: RefusedMessage) => string;
    clock: Clock;
    log: Logger;
    limits?: Partial<RefusedLimits>;
  }) {
    this.#streamOf = deps.streamOf;
    this.#folder = join(deps.dataDir, FOLDER);
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#limits = { ...LIMITS, ...deps.limits };
  }

  get bytes(): number {
    return this.#segments.bytes;
  }

  keptOf(streamId: string): number {
    return this.#segments.messagesOfStream(streamId);
  }

  keptOfSender(gatewayId: string): number {
    return this.#segments.messagesOfShare(gatewayId);
  }

  /** One stream has taken the place of another. */
  replaceStream(from: string, to: string): void {
    this.#segments.replaceStream(from, to);
  }

  /**
   * Reads what an earlier process kept, in the background of the start.
   *
   * @param noteFound is told each message
   */
  open(noteFound: (message: RefusedMessage) => void): Promise<void> {
    return this.#serialize(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      for (const share of (await readdir(this.#folder)).sort()) {
        const files = (await readdir(join(this.#folder, share)).catch(() => [])).sort();
        for (const name of files) await this.#readSegment(share, name, noteFound);
      }
      await this.#enforceLimits();
    }).catch((error: unknown) => {
      this.#log.error({ err: error }, 'Refused messages of an earlier run cannot be read');
    });
  }

  /** Queues a message; it is on disk a tenth of a second later. */
  add(streamId: string, message: RefusedMessage): void {
    const share = shareOf(message);
    const waiting = this.#waiting.get(share) ?? { messages: [], bytes: 0 };
    const { length } = message.payload;
    const isOver =
      this.#waitingBytes + length > this.#limits.waitingBytes ||
      (waiting.bytes > 0 && waiting.bytes + length > this.#limits.waitingBytesOfSender);
    // Decided before the line is made: a sender of which everything is refused shall cost little.
    if (isOver || waiting.messages.length >= this.#limits.messages) {
      this.notKept++;
      return;
    }
    const line = lineOf(message);
    waiting.messages.push({ streamId, line, arrivedMs: message.arrivedMs });
    waiting.bytes += line.length;
    this.#waiting.set(share, waiting);
    this.#waitingBytes += line.length;
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS);
  }

  /** Resolves when everything that was added is on disk, or could not be written. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return this.#serialize(() => this.#writeWaiting());
  }

  /**
   * Hands over what is kept of some senders, oldest first, and then keeps what `judge` says. What is added meanwhile is not handed over. A
   * file is written anew when all of its messages are judged: after a kill in between, they are handed over again.
   *
   * @param isWanted whether a share is handed over, see `shareOf`
   */
  async visit(
    isWanted: (share: string) => boolean,
    judge: (message: RefusedMessage) => Promise<Verdict>,
  ): Promise<void> {
    await this.flush();
    const segments = this.#segments.all().filter((segment) => isWanted(segment.share));
    for (const { share } of segments) this.#open.delete(share);
    for (const segment of segments) {
      if (this.#segments.has(segment)) await this.#visitSegment(segment, judge);
    }
  }

  /** Removes what is older than a day. */
  expire(): Promise<void> {
    return this.#serialize(async () => {
      const oldestMs = this.#clock.nowMs() - DAY_MS;
      for (const segment of this.#segments.all()) if (segment.newestMs < oldestMs) await this.#remove(segment);
    });
  }

  async #readSegment(share: string, name: string, noteFound: (message: RefusedMessage) => void): Promise<void> {
    const file = join(this.#folder, share, name);
    if (!name.endsWith(SUFFIX)) {
      // A file that was being written anew when the process ended. The one that it was to replace is there.
      await rm(file, { force: true });
      return;
    }
    const messages = await messagesIn(file);
    const oldestMs = this.#clock.nowMs() - DAY_MS;
    const [first] = messages;
    if (first === undefined || messages.every(({ arrivedMs }) => arrivedMs < oldestMs)) {
      await rm(file, { force: true });
      return;
    }
    const segment = newSegment(share, file, first.arrivedMs);
    for (const message of messages) {
      noteFound(message);
      this.#segments.count(segment, this.#streamOf(message), message.arrivedMs);
    }
    this.#segments.setBytes(segment, (await stat(file)).size);
  }

  async #writeWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#waitingBytes = 0;
    for (const [share, { messages }] of waiting) {
      try {
        for (let at = 0; at < messages.length; ) at += await this.#appendTo(share, messages.slice(at));
        this.#isFailureLogged = false;
      } catch (error) {
        this.notKept += messages.length;
        if (!this.#isFailureLogged) this.#log.error({ err: error }, 'Refused messages cannot be kept on disk');
        this.#isFailureLogged = true;
      }
    }
    if (waiting.size > 0) await this.#enforceLimits();
  }

  /** @returns how many of the messages were appended */
  async #appendTo(share: string, messages: readonly Waiting[]): Promise<number> {
    const { messagesOfFile, bytesOfFile } = this.#limits;
    const first = messages[0] as Waiting;
    let segment = this.#open.get(share);
    const isFull =
      segment === undefined ||
      !this.#segments.has(segment) ||
      segment.messages >= messagesOfFile ||
      segment.bytes >= bytesOfFile ||
      first.arrivedMs - segment.firstMs >= HOUR_MS;
    if (segment === undefined || isFull) {
      await mkdir(join(this.#folder, share), { recursive: true, mode: 0o700 });
      // The names sort by time, and are in use by no earlier process.
      const name = `${padded(first.arrivedMs)}-${padded(++this.#files)}-${randomUUID()}${SUFFIX}`;
      segment = newSegment(share, join(this.#folder, share, name), first.arrivedMs);
      this.#open.set(share, segment);
    }
    const taken: Waiting[] = [];
    let bytes = 0;
    for (const each of messages) {
      if (segment.messages + taken.length >= messagesOfFile) break;
      if (taken.length > 0 && segment.bytes + bytes >= bytesOfFile) break;
      taken.push(each);
      bytes += Buffer.byteLength(each.line);
    }
    await appendFile(segment.file, taken.map(({ line }) => line).join(''), { mode: 0o600 });
    for (const { streamId, arrivedMs } of taken) this.#segments.count(segment, streamId, arrivedMs);
    this.#segments.setBytes(segment, segment.bytes + bytes);
    return taken.length;
  }

  async #visitSegment(segment: Segment, judge: (message: RefusedMessage) => Promise<Verdict>): Promise<void> {
    const messages = await messagesIn(segment.file).catch(() => []);
    const oldestMs = this.#clock.nowMs() - DAY_MS;
    const verdicts = await Promise.all(
      messages.map((message) => (message.arrivedMs < oldestMs ? ('remove' as const) : judge(message))),
    );
    const left = messages.flatMap((message, i) => {
      const verdict = verdicts[i] as Verdict;
      if (verdict === 'remove') return [];
      return verdict === 'keep' ? [message] : [verdict];
    });
    if (verdicts.every((verdict) => verdict === 'keep')) return;
    await this.#serialize(async () => {
      if (!this.#segments.has(segment)) return;
      if (left.length === 0) {
        await this.#remove(segment);
        return;
      }
      const lines = left.map(lineOf).join('');
      await writeFile(`${segment.file}.new`, lines, { mode: 0o600 });
      await rename(`${segment.file}.new`, segment.file);
      this.#segments.uncount(segment);
      for (const message of left) this.#segments.count(segment, this.#streamOf(message), message.arrivedMs);
      this.#segments.setBytes(segment, Buffer.byteLength(lines));
    });
  }

  async #enforceLimits(): Promise<void> {
    for (const { file } of this.#segments.removeOver(this.#limits)) await rm(file, { force: true });
  }

  async #remove(segment: Segment): Promise<void> {
    this.#segments.remove(segment);
    await rm(segment.file, { force: true });
  }

  #serialize<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }
}

/** A gateway, or one of the shares of senders without credentials: those of one address and kind of topic have the same. */
export function shareOf({ sender, topic }: Pick<RefusedMessage, 'sender' | 'topic'>): string {
  if (sender.gatewayId !== null) return sender.gatewayId;
  const key = `${sender.address} ${topic.split('/', 2).join('/')}`;
  return `${ANONYMOUS}${createHash('sha256').update(key).digest().readUInt16LE() % ANONYMOUS_SHARES}`;
}

function newSegment(share: string, file: string, firstMs: number): Segment {
  return { share, file, firstMs, newestMs: firstMs, bytes: 0, messages: 0, counts: new Map() };
}

const padded = (number: number) => String(number).padStart(15, '0');

export const isAnonymous = (share: string): boolean => share.startsWith(ANONYMOUS);

async function messagesIn(file: string): Promise<RefusedMessage[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.map(messageOf).filter((message) => message !== null);
}

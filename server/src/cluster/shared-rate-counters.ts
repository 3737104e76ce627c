// Rate counters that all nodes share, in Redis. Each counts within a window of time.

import type { RedisEventBus } from '../events/redis-event-bus.ts';

export interface SharedRateCounters {
  /**
   * Adds one to the counter of `key`, and starts its window of `windowMs` where none is running. Resolves with the count of
   * all nodes and the time left in the window, or with null where Redis does not answer within 250 ms. Never rejects.
   */
  add(key: string, windowMs: number): Promise<{ count: number; leftMs: number } | null>;
}

/** A request does not wait longer than this to be counted. */
const ANSWER_WITHIN_MS = 250;
const COUNT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`;

export class RedisRateCounters implements SharedRateCounters {
  readonly #bus: RedisEventBus;
  readonly #prefix: string;

  /** `prefix` is unique to the plant. */
  constructor(bus: RedisEventBus, prefix: string) {
    this.#bus = bus;
    this.#prefix = prefix;
  }

  async add(key: string, windowMs: number): Promise<{ count: number; leftMs: number } | null> {
    if (!this.#bus.isConnected) return null;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
    });
    const counted = this.#bus.commands.eval(COUNT, 1, `${this.#prefix}${key}`, windowMs).then(
      (answer) => {
        const [count, leftMs] = answer as [number, number];
        return { count, leftMs };
      },
      () => null,
    );
    const result = await Promise.race([counted, timeout]);
    clearTimeout(timer);
    return result;
  }
}

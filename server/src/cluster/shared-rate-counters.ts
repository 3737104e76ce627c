// Counts of all nodes together, in Redis, within windows of time.

import type { RedisEventBus } from '../events/redis-event-bus.ts';

export interface SharedRateCounters {
  /** Counts one. null where the others' counts are not to be had at the moment. */
  add(key: string, windowMs: number): Promise<{ count: number; leftMs: number } | null>;
}

/** A request does not wait longer than this to be counted. */
const ANSWER_WITHIN_MS = 250;
const COUNT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { count, redis.call('PTTL', KEYS[1]) }`;

export class RedisCounts implements SharedRateCounters {
  readonly #bus: RedisEventBus;
  readonly #prefix: string;

  /** `prefix` is the plant's own. */
  constructor(bus: RedisEventBus, prefix: string) {
    this.#bus = bus;
    this.#prefix = prefix;
  }

  async add(key: string, windowMs: number): Promise<{ count: number; leftMs: number } | null> {
    if (!this.#bus.isConnected) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
    });
    const counted = this.#bus.commands.eval(COUNT, 1, `${this.#prefix}${key}`, windowMs).then(
      (answer) => {
        const [count, leftMs] = answer as [number, number];
        return { count, leftMs };
      },
      () => null,
    );
    const answer = await Promise.race([counted, late]);
    clearTimeout(timer);
    return answer;
  }
}

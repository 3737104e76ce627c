// From which addresses and in which browsers each user has signed in before. Only hashes are stored.

import { createHash, randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Database } from '../database/database.ts';
import type { SignInSource } from './sign-in-backoff.ts';

/** Of one user; the one that was used longest ago is forgotten first. */
const MOST_SOURCES = 40;
const DEVICE_BYTES = 16;
const DEVICE = /^[\w-]{22}$/;
/** Groups of an IPv6 address that name a network; a device chooses the rest, and changes it daily (RFC 8981). */
const NETWORK_GROUPS = 4;

/** Where a request comes from. `device`: the token that the browser keeps, null if it has none. */
export interface SignInOrigin {
  readonly address: string;
  readonly device: string | null;
  /** As the program names itself. */
  readonly userAgent?: string | null;
}

/** A token for a browser that has none: 128 random bits. */
export const newDevice = (): string => randomBytes(DEVICE_BYTES).toString('base64url');

export class KnownSources {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** How an account sees the origin of a sign-in. `userId` may be that of nobody. */
  async sourceOf(userId: string, origin: SignInOrigin): Promise<SignInSource> {
    const address = networkOf(origin.address);
    const hashes = hashesOf(userId, origin);
    const rows = await this.#database.db
      .selectFrom('known_sources')
      .select('source_hash')
      .where('user_id', '=', userId)
      .where('source_hash', 'in', Object.values(hashes))
      .execute();
    const isKnown = (hash: string | undefined) => rows.some((row) => row.source_hash === hash);
    if (isKnown(hashes.device)) return { kind: 'device', device: origin.device as string };
    return { kind: isKnown(hashes.address) ? 'address' : 'stranger', address };
  }

  /** The user has signed in from there. */
  async remember(userId: string, origin: SignInOrigin, nowMs: number): Promise<void> {
    await this.#database.db.transaction().execute(async (transaction) => {
      for (const hash of Object.values(hashesOf(userId, origin))) {
        await transaction
          .insertInto('known_sources')
          .values({ user_id: userId, source_hash: hash, used_at: nowMs })
          .onConflict((conflict) => conflict.columns(['user_id', 'source_hash']).doUpdateSet({ used_at: nowMs }))
          .execute();
      }
      const oldest = await transaction
        .selectFrom('known_sources')
        .select('used_at')
        .where('user_id', '=', userId)
        .orderBy('used_at', 'desc')
        .offset(MOST_SOURCES)
        .limit(1)
        .executeTakeFirst();
      if (oldest === undefined) return;
      await transaction
        .deleteFrom('known_sources')
        .where('user_id', '=', userId)
        .where('used_at', '<=', oldest.used_at)
        .execute();
    });
  }
}

function hashesOf(userId: string, { address, device }: SignInOrigin): { address: string; device?: string } {
  const hashOf = (source: string) => createHash('sha256').update(`${userId} ${source}`).digest('base64url');
  const ofAddress = { address: hashOf(`address ${networkOf(address)}`) };
  return device === null || !DEVICE.test(device) ? ofAddress : { ...ofAddress, device: hashOf(`device ${device}`) };
}

/** The /64 network of an IPv6 address, and an IPv4 address as it is. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1] as string;
  const [head = '', tail] = (address.split('%')[0] as string).toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const whole =
    tail === undefined ? groups : [...groups, ...Array(8 - groups.length - after.length).fill('0'), ...after];
  return `${whole
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

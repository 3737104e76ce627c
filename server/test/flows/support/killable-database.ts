// A database whose process is killed at a chosen write: that one is done or not, and none after it.

import type { Database } from '../../../src/database/database.ts';

const WRITES = new Set(['insertInto', 'updateTable', 'deleteFrom', 'transaction']);

class Killed extends Error {}

/**
 * @param writes how many writes are done
 * @param isDone whether the next one is done, too, before the process dies; else it dies before it
 */
export function killableDatabase(database: Database, writes: number, isDone: boolean): Database & { isDead: boolean } {
  let left = writes;
  let isDead = false;
  const db = new Proxy(database.db, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      if (!WRITES.has(String(name))) {
        return (...args: unknown[]) => {
          if (isDead) throw new Killed('dead');
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      }
      return (...args: unknown[]) => {
        if (isDead || (left === 0 && !isDone)) {
          isDead = true;
          throw new Killed('dead');
        }
        if (left === 0) isDead = true;
        else left--;
        return (value as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return {
    ...{ db, engine: database.engine, probeWrite: () => database.probeWrite(), close: () => database.close() },
    get isDead() {
      return isDead;
    },
  };
}

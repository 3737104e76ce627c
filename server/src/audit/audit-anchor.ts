// Remembers outside of the database how far the audit log reaches, so that it is noticed when its last entries are removed.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { publishFile, syncToDisk } from '../disk.ts';
import type { Logger } from '../log.ts';
import type { AuditHead } from './audit-log.ts';

/** Below the data directory. Each node has its own. */
const ANCHOR_FILE = 'audit-head.json';
const CHECK_EVERY_MS = 60_000;

/** What is missing or was changed, as damage of the installation. */
export interface LostAudit {
  readonly file: string;
  readonly part: 'audit';
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly noticedMs: number;
  readonly isRebuilt: false;
}

export class AuditAnchor {
  readonly #database: Database;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onCut: (cut: LostAudit) => Promise<void>;
  /** The newest entry that this node has stored or seen; null until the file was read. */
  #head: AuditHead | null = null;
  #savedId = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #saving: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;

  /** `onCut` makes the damage known until a person acknowledges it. */
  constructor(deps: {
    database: Database;
    dataDir: string;
    clock: Clock;
    log: Logger;
    onCut: (cut: LostAudit) => Promise<void>;
  }) {
    this.#database = deps.database;
    this.#path = join(deps.dataDir, ANCHOR_FILE);
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#onCut = deps.onCut;
  }

  /** Compares once, and then every minute. */
  async start(): Promise<void> {
    await this.check();
    this.#timer = setInterval(() => void this.check(), CHECK_EVERY_MS);
    this.#timer.unref();
  }

  /** Remembers what this node has stored. The database is not asked: it may not answer. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    if (this.#head !== null && this.#head.id !== this.#savedId) await this.#save(this.#head);
  }

  /** This node has stored an entry. */
  noteAppended(head: AuditHead): void {
    if (this.#head === null || head.id > this.#head.id) this.#head = head;
  }

  /** Compares the audit log with what is remembered, and remembers how far it reaches now. Does not reject. */
  check(): Promise<void> {
    const result = this.#turn.then(() => this.#check());
    this.#turn = result.catch((err: unknown) => {
      if (!this.#isStopped)
        this.#log.warn({ err }, 'The end of the audit log could not be checked. This is tried again');
    });
    return this.#turn as Promise<void>;
  }

  async #check(): Promise<void> {
    const known = await this.#remembered();
    const { db } = this.#database;
    const select = db.selectFrom('audit_logs').select(['id', 'hash', 'at']);
    const head = await select.orderBy('id', 'desc').limit(1).executeTakeFirst();
    if (known !== null) {
      const same = await select.where('id', '=', known.id).executeTakeFirst();
      if (same?.hash !== known.hash) await this.#noteCut(known, head ?? null);
    }
    // An entry may have been stored meanwhile.
    const newer = this.#head !== null && this.#head !== known && this.#head.id > (head?.id ?? 0) ? this.#head : head;
    this.#head = newer ?? null;
    if (newer && newer.id !== this.#savedId) await this.#save(newer);
    // That every entry is gone was reported; the next one is the first again.
    if (!newer && known !== null) await this.#forget();
  }

  async #noteCut(known: AuditHead, head: AuditHead | null): Promise<void> {
    const noticedMs = this.#clock.nowMs();
    this.#log.error(
      { remembered: known.id, newest: head?.id ?? 0 },
      'Entries of the audit log are missing: its end is not the one that this server remembers',
    );
    const fromMs = head !== null && head.at <= known.at ? head.at : null;
    await this.#onCut({ file: 'audit_logs', part: 'audit', fromMs, toMs: known.at + 1, noticedMs, isRebuilt: false });
  }

  async #remembered(): Promise<AuditHead | null> {
    if (this.#head !== null) return this.#head;
    try {
      const { id, hash, at } = JSON.parse(await readFile(this.#path, 'utf8')) as AuditHead;
      if (!Number.isInteger(id) || typeof hash !== 'string' || typeof at !== 'number') throw new Error('Not an anchor');
      this.#savedId = id;
      return { id, hash, at };
    } catch (err) {
      // A new installation, or one of an earlier version, has none.
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#log.error({ err, file: this.#path }, 'The file that remembers the end of the audit log is damaged');
        const noticedMs = this.#clock.nowMs();
        await this.#onCut({
          file: ANCHOR_FILE,
          part: 'audit',
          fromMs: null,
          toMs: noticedMs,
          noticedMs,
          isRebuilt: false,
        });
      }
      return null;
    }
  }

  async #forget(): Promise<void> {
    await rm(this.#path, { force: true });
    await syncToDisk(dirname(this.#path));
    this.#savedId = 0;
  }

  #save(head: AuditHead): Promise<void> {
    const result = this.#saving.then(() => this.#write(head));
    this.#saving = result.catch(() => {});
    return result;
  }

  async #write(head: AuditHead): Promise<void> {
    const unfinished = `${this.#path}.tmp`;
    await writeFile(unfinished, JSON.stringify({ id: head.id, hash: head.hash, at: head.at }), { mode: 0o600 });
    await publishFile(unfinished, this.#path);
    this.#savedId = head.id;
  }
}

// Recomputes the hashes of the audit log once a day, so that a changed entry is noticed without a command.

import { type Clock, isDue } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { LostAudit } from './audit-anchor.ts';
import type { AuditLog } from './audit-log.ts';

const HOUR_MS = 3_600_000;
const EVERY_MS = 24 * HOUR_MS;

export class AuditCheck {
  readonly #audit: Pick<AuditLog, 'verify'>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onBroken: (lost: LostAudit) => Promise<void>;
  #dueMs: number | null = null;

  constructor(deps: {
    audit: Pick<AuditLog, 'verify'>;
    clock: Clock;
    log: Logger;
    onBroken: (lost: LostAudit) => Promise<void>;
  }) {
    this.#audit = deps.audit;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#onBroken = deps.onBroken;
  }

  /** The first check is an hour after the first call. */
  async run(nowMs: number): Promise<void> {
    this.#dueMs ??= nowMs + HOUR_MS;
    if (!isDue(this.#dueMs, nowMs, EVERY_MS)) return;
    this.#dueMs = nowMs + EVERY_MS;
    const { brokenAt } = await this.#audit.verify();
    if (brokenAt === null) return;
    this.#log.error({ entry: brokenAt }, 'The audit log was modified: the hash of an entry does not match');
    const noticedMs = this.#clock.nowMs();
    await this.#onBroken({ file: 'audit_logs', part: 'audit', fromMs: null, toMs: null, noticedMs, isRebuilt: false });
  }
}

// The certificate of a listener with TLS. It is read again when its files change, or on request, without a restart.

import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Clock } from './clock.ts';
import type { TlsSources } from './config.ts';
import type { PemSource } from './environment.ts';
import { AppError } from './errors.ts';
import type { Logger } from './log.ts';

const DAY_MS = 86_400_000;
/** From this number of days on, everybody who can do something about it is told. */
const WARN_DAYS = 21;
/** Files are polled, since a certificate is often replaced by changing a symbolic link to it. */
const WATCH_EVERY_MS = 2_000;

interface Loaded {
  readonly options: SecureContextOptions;
  readonly expiresAtMs: number;
}

export class TlsCertificate {
  readonly #sources: TlsSources;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #files: readonly string[];
  readonly #onChange = new Set<() => void>();
  readonly #reloadOnChange = () => this.reload();
  #loaded: Loaded;

  /** @throws AppError `invalid_configuration` where certificate and key are not valid or do not belong together */
  constructor(deps: { sources: TlsSources; clock: Clock; log: Logger }) {
    this.#sources = deps.sources;
    this.#clock = deps.clock;
    this.#log = deps.log;
    const { cert, key, ca } = deps.sources;
    this.#files = [...new Set([cert, key, ca].flatMap((source) => source?.file ?? []))];
    try {
      this.#loaded = load(deps.sources, (source) => source.text);
    } catch (error) {
      const reason = (error as Error).message;
      throw new AppError(
        'invalid_configuration',
        `MQTT_TLS_CERT, MQTT_TLS_KEY or MQTT_TLS_CA is not valid: ${reason}`,
        {
          cause: error,
        },
      );
    }
  }

  /** Watches the files until `stop`. */
  start(): void {
    for (const file of this.#files)
      watchFile(file, { interval: WATCH_EVERY_MS, persistent: false }, this.#reloadOnChange);
  }

  /** Safe to call twice. */
  stop(): void {
    for (const file of this.#files) unwatchFile(file, this.#reloadOnChange);
    this.#onChange.clear();
  }

  /** For `createServer` and `setSecureContext` of `node:tls`. */
  get options(): SecureContextOptions {
    return this.#loaded.options;
  }

  /** UTC ms. */
  get expiresAtMs(): number {
    return this.#loaded.expiresAtMs;
  }

  /** Whole days until it expires; negative afterwards. */
  get daysLeft(): number {
    return Math.floor((this.#loaded.expiresAtMs - this.#clock.nowMs()) / DAY_MS);
  }

  /** A sentence from 21 days before it expires; null before. */
  get warning(): string | null {
    const days = this.daysLeft;
    if (days > WARN_DAYS) return null;
    if (days < 0) return 'The certificate of the MQTT listener has expired.';
    return `The certificate of the MQTT listener expires in ${days} ${days === 1 ? 'day' : 'days'}.`;
  }

  /** `listener` is called after each reload that brought another certificate, until `stop`. */
  onChange(listener: () => void): void {
    this.#onChange.add(listener);
  }

  /** Reads the files again. If they are not valid, which they may be while they are replaced, the present certificate stays. */
  reload(): void {
    try {
      this.#loaded = load(this.#sources, ({ text, file }) => (file === null ? text : readFileSync(file, 'utf8')));
    } catch (error) {
      this.#log.error({ err: error }, 'The certificate could not be read again; the present one stays in use');
      return;
    }
    this.#log.info({ daysLeft: this.daysLeft }, 'The certificate was read again');
    for (const listener of this.#onChange) listener();
  }
}

function load(sources: TlsSources, read: (source: PemSource) => string): Loaded {
  const cert = read(sources.cert);
  const key = read(sources.key);
  const ca = sources.ca && read(sources.ca);
  const options: SecureContextOptions = { cert, key, ...(ca !== null && { ca }) };
  createSecureContext(options);
  return { options, expiresAtMs: Date.parse(new X509Certificate(cert).validTo) };
}

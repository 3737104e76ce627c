// Encrypts the secrets of channels and of authenticator apps, with SECRETS_KEY or, beside the embedded database, with a key that is made once.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from './errors.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FILE = 'secrets-key';

export class SecretBox {
  readonly #configured: string | null;
  readonly #dataDir: string | null;
  #key: Promise<Uint8Array> | null = null;

  /**
   * @param configured `SECRETS_KEY`
   * @param dataDir where a key may be made; null where several nodes may share the database, so that each needs the same
   */
  constructor(configured: string | null, dataDir: string | null) {
    this.#configured = configured;
    this.#dataDir = dataDir;
  }

  /** Rejects with `conflict` where no key is set and none may be made. */
  async encrypt(text: string): Promise<string> {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, await this.#open(), iv);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
  }

  /** null where it was encrypted with another key, or no key is set. */
  async decrypt(sealed: string): Promise<string | null> {
    try {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv(CIPHER, await this.#open(), bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  #open(): Promise<Uint8Array> {
    this.#key ??= this.#secret().then(
      (secret) => new Uint8Array(hkdfSync('sha256', secret, '', 'gonsters secrets', KEY_BYTES)),
    );
    this.#key.catch(() => {
      this.#key = null;
    });
    return this.#key;
  }

  async #secret(): Promise<Uint8Array> {
    if (this.#configured !== null) return Buffer.from(this.#configured);
    if (this.#dataDir === null) {
      throw new AppError(
        'conflict',
        'Set SECRETS_KEY on every node first, with which secrets are encrypted before they are stored',
      );
    }
    const file = join(this.#dataDir, FILE);
    try {
      return await readFile(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const made = Buffer.from(randomBytes(KEY_BYTES).toString('base64url'));
    await writeFile(file, made, { mode: 0o600, flag: 'wx' });
    return made;
  }
}

export const secretBoxOf = (config: { secretsKey: string | null; postgres: unknown; dataDir: string }): SecretBox =>
  new SecretBox(config.secretsKey, config.postgres === null ? config.dataDir : null);

// The channels that are set up, by their names.

import type { Channel } from './channel.ts';
import { EmailChannel, type MailServer } from './email-channel.ts';

/** The name of the channel that `SMTP_URL` sets up. */
export const EMAIL = 'email';

export class Channels {
  readonly #open: ReadonlyMap<string, Channel>;

  /** @param mailServer of the environment; null where there is none */
  constructor(mailServer: MailServer | null) {
    this.#open = new Map(mailServer === null ? [] : [[EMAIL, new EmailChannel(mailServer)]]);
  }

  get(name: string): Channel | null {
    return this.#open.get(name) ?? null;
  }

  stop(): void {
    for (const channel of this.#open.values()) channel.close();
  }
}

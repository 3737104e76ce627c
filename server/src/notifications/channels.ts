// The channels that are set up, by their names.

import type { NotificationChannel } from '@gonsters/contract';
import type { Channel } from './channel.ts';
import { EmailChannel, type MailServer } from './email-channel.ts';

/** The name of the channel that `SMTP_URL` sets up. */
export const EMAIL = 'email';

interface OpenChannel extends Pick<NotificationChannel, 'id' | 'kind' | 'description'> {
  readonly channel: Channel;
}

export class Channels {
  readonly #open: ReadonlyMap<string, OpenChannel>;

  /** @param mailServer of the environment; null where there is none */
  constructor(mailServer: MailServer | null) {
    this.#open = new Map(mailServer === null ? [] : [[EMAIL, emailOf(mailServer)]]);
  }

  get(name: string): Channel | null {
    return this.#open.get(name)?.channel ?? null;
  }

  /** Without secrets. */
  list(): readonly Pick<NotificationChannel, 'id' | 'kind' | 'description'>[] {
    return [...this.#open.values()];
  }

  stop(): void {
    for (const { channel } of this.#open.values()) channel.close();
  }
}

function emailOf(mailServer: MailServer): OpenChannel {
  const description = `${new URL(mailServer.url).host}, from ${mailServer.from}`;
  return { id: EMAIL, kind: 'email', description, channel: new EmailChannel(mailServer) };
}

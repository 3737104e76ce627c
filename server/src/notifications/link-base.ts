// The address of the page in the links of messages. Never taken from a request: whoever sends one could choose it.

import type { SettingsService } from '../settings/settings-service.ts';

export type LinkSource = 'environment' | 'confirmed' | 'loopback';

export class LinkBase {
  readonly #publicUrl: string | null;
  readonly #settings: Pick<SettingsService, 'all'>;
  #loopbackUrl: string | null = null;

  /** @param publicUrl `PUBLIC_URL`, without a slash at its end */
  constructor(publicUrl: string | null, settings: Pick<SettingsService, 'all'>) {
    this.#publicUrl = publicUrl;
    this.#settings = settings;
  }

  /** The server listens on this computer only, so that its own address is right for everybody who can reach it. */
  listensOnLoopback(url: string): void {
    this.#loopbackUrl = url;
  }

  /** null where nobody has said at which address people reach the page: then messages have no links. */
  current(): { url: string; source: LinkSource } | null {
    if (this.#publicUrl !== null) return { url: this.#publicUrl, source: 'environment' };
    const confirmed = this.#settings.all().page_origin ?? '';
    if (confirmed !== '') return { url: confirmed, source: 'confirmed' };
    return this.#loopbackUrl === null ? null : { url: this.#loopbackUrl, source: 'loopback' };
  }
}

// Calls methods of the Bot API of Telegram (https://core.telegram.org/bots/api).

import { jsonOf } from './channel-outcome.ts';
import type { ChannelAnswer, ChannelHttp, ChannelRequest } from './channel-request.ts';

const OFFICIAL = 'https://api.telegram.org';
/** Before the token in the data of a button, which may have 64 bytes. */
export const ACKNOWLEDGE_PREFIX = 'ack:';

export interface TelegramReply {
  readonly status: number;
  readonly ok: boolean;
  readonly result: unknown;
  readonly answer: ChannelAnswer;
}

export class TelegramApi {
  readonly #base: string;
  readonly #http: ChannelHttp;

  constructor(settings: { token: string; api_url?: string | undefined }, http: ChannelHttp) {
    this.#base = `${(settings.api_url ?? OFFICIAL).replace(/\/+$/, '')}/bot${settings.token}`;
    this.#http = http;
  }

  /** Rejects as `ChannelHttp.request` does. */
  async call(method: string, body: object, options: Partial<ChannelRequest> = {}): Promise<TelegramReply> {
    const answer = await this.#http.request(`${this.#base}/${method}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      ...options,
    });
    const { ok, result } = jsonOf(answer);
    return { status: answer.status, ok: ok === true, result, answer };
  }
}

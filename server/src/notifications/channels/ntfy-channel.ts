// The channel `ntfy`: publishing as JSON (https://docs.ntfy.sh/publish/). The person chooses a topic that nobody guesses.

import type { ChannelSettings } from '@gonsters/contract';
import { type Channel, isCritical, type Outcome, type OutgoingMessage, pageOf } from './channel.ts';
import { type ChannelContext, hostOf, type KindDefinition } from './channel-kind.ts';
import { answerText, attempt, channelFault, isAccepted, jsonOf, outcomeOf } from './channel-outcome.ts';
import { fitLine, fitText, utf8Bytes } from './message-fit.ts';

/** A longer message becomes an attachment. */
const MAX_MESSAGE_BYTES = 4_000;
const MAX_TITLE = 250;
const MAX_ACTIONS = 3;
const MAX_LABEL = 60;
const URGENT = 5;
const DEFAULT = 3;

class NtfyChannel implements Channel {
  readonly #settings: ChannelSettings<'ntfy'>;
  readonly #base: string;
  readonly #context: ChannelContext;

  constructor(settings: ChannelSettings<'ntfy'>, context: ChannelContext) {
    this.#settings = settings;
    this.#base = settings.url.replace(/\/+$/, '');
    this.#context = context;
  }

  send(message: OutgoingMessage, contact: string): Promise<Outcome> {
    const page = pageOf(message);
    const buttons = (message.buttons ?? []).filter(({ url }) => url !== null).slice(0, MAX_ACTIONS);
    const body = JSON.stringify({
      topic: contact === '' ? this.#settings.destination : contact,
      title: fitLine(message.subject, MAX_TITLE),
      message: fitText(message.text, MAX_MESSAGE_BYTES, utf8Bytes),
      priority: isCritical(message) ? URGENT : DEFAULT,
      ...(page === null ? {} : { click: page }),
      // The application on the phone sends the request when the button is touched.
      actions: buttons.map(({ label, url }) => ({
        ...{ action: 'http', method: 'POST', url, clear: true },
        label: fitLine(buttons.length === 1 ? 'Acknowledge' : `Acknowledge ${label}`, MAX_LABEL),
      })),
    });
    return attempt(async () => {
      const headers = { ...this.#authorization(), 'content-type': 'application/json' };
      const answer = await this.#context.http.request(`${this.#base}/`, { method: 'POST', headers, body });
      const { id, error } = jsonOf(answer) as { id?: string; error?: string };
      if (isAccepted(answer)) {
        return {
          kind: 'accepted',
          response: `Published as ${id ?? '?'}`,
          ...(id === undefined ? {} : { providerId: id }),
        };
      }
      const said = error === undefined ? answerText(answer) : `${answer.status} ${error}`;
      if (answer.status === 401) return channelFault(said);
      return outcomeOf(answer, this.#context.nowMs(), said);
    });
  }

  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const hasToken = this.#settings.token !== undefined;
      const path = hasToken ? '/v1/account' : '/v1/health';
      const answer = await this.#context.http.request(this.#base + path, {
        method: 'GET',
        headers: this.#authorization(),
      });
      if (hasToken && (answer.status === 401 || answer.status === 403)) return channelFault(answerText(answer));
      if (!hasToken && isAccepted(answer) && jsonOf(answer).healthy !== true) {
        return {
          kind: 'retry',
          response: `The server says that it is not healthy: ${answerText(answer)}`,
          afterMs: null,
        };
      }
      return outcomeOf(answer, this.#context.nowMs());
    });
  }

  close(): void {}

  #authorization(): Record<string, string> {
    const { token } = this.#settings;
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }
}

export const ntfyKind: KindDefinition<'ntfy'> = {
  words: 'ntfy',
  secrets: ['token'],
  places: ['url'],
  addressHint: 'A topic that nobody guesses, such as press-hall-7f3k2m',
  addressFault: (address) =>
    /^[-_A-Za-z0-9]{1,64}$/.test(address) ? null : 'must be a topic: letters, digits, - and _, at most 64',
  hasDestination: ({ destination }) => destination !== undefined,
  hasButtons: () => true,
  describe: ({ url }) => hostOf(url),
  open: (settings, _own, context) => new NtfyChannel(settings, context),
};

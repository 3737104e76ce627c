// The channel `gotify` (https://gotify.net/api-docs). The token of an application says who receives the message.

import type { ChannelSettings } from '@gonsters/contract';
import { type Channel, isCritical, type Outcome, type OutgoingMessage, pageOf } from './channel.ts';
import { type ChannelContext, hostOf, type KindDefinition } from './channel-kind.ts';
import { answerText, attempt, channelFault, isAccepted, jsonOf, outcomeOf } from './channel-outcome.ts';
import { fitLine, fitText } from './message-fit.ts';

const MAX_TITLE = 250;
const MAX_MESSAGE = 8_000;
/** From 8 on the application on Android shows the message at once, with a sound. */
const URGENT = 8;
const DEFAULT = 5;

class GotifyChannel implements Channel {
  readonly #settings: ChannelSettings<'gotify'>;
  readonly #base: string;
  readonly #context: ChannelContext;

  constructor(settings: ChannelSettings<'gotify'>, context: ChannelContext) {
    this.#settings = settings;
    this.#base = settings.url.replace(/\/+$/, '');
    this.#context = context;
  }

  send(message: OutgoingMessage, contact: string): Promise<Outcome> {
    const page = pageOf(message);
    const body = JSON.stringify({
      title: fitLine(message.subject, MAX_TITLE),
      message: fitText(message.text, MAX_MESSAGE),
      priority: isCritical(message) ? URGENT : DEFAULT,
      extras: {
        'client::display': { contentType: 'text/plain' },
        ...(page === null ? {} : { 'client::notification': { click: { url: page } } }),
      },
    });
    const isOwn = contact === '';
    const token = isOwn ? (this.#settings.token ?? '') : contact;
    return attempt(async () => {
      const headers = { 'x-gotify-key': token, 'content-type': 'application/json' };
      const answer = await this.#context.http.request(`${this.#base}/message`, { method: 'POST', headers, body });
      const { id, errorDescription } = jsonOf(answer) as { id?: number; errorDescription?: string };
      if (isAccepted(answer)) {
        return {
          kind: 'accepted',
          response: `Message ${id ?? '?'} was sent`,
          ...(id === undefined ? {} : { providerId: `${id}` }),
        };
      }
      const said = errorDescription === undefined ? answerText(answer) : `${answer.status} ${errorDescription}`;
      const isUnknown = answer.status === 401 || answer.status === 403;
      if (isUnknown && isOwn) return channelFault(said);
      return outcomeOf(answer, this.#context.nowMs(), said);
    });
  }

  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const answer = await this.#context.http.request(`${this.#base}/health`, { method: 'GET' });
      const { health, database } = jsonOf(answer);
      if (isAccepted(answer) && (health !== 'green' || database !== 'green')) {
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
}

export const gotifyKind: KindDefinition<'gotify'> = {
  words: 'Gotify',
  secrets: ['token'],
  places: ['url'],
  addressHint: 'The token of an application of the person, such as AbCdEf123456789',
  addressFault: (address) => (/^[\w.-]{10,100}$/.test(address) ? null : 'must be the token of an application'),
  hasDestination: ({ token }) => token !== undefined,
  hasButtons: () => false,
  describe: ({ url }) => hostOf(url),
  open: (settings, _own, context) => new GotifyChannel(settings, context),
};

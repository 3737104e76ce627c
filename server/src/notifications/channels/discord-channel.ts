// The channel `discord`: a webhook of a channel (https://discord.com/developers/docs/resources/webhook#execute-webhook).

import type { ChannelSettings } from '@gonsters/contract';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import { type ChannelContext, hostOf, type KindDefinition, noAddress } from './channel-kind.ts';
import { answerText, attempt, channelFault, isAccepted, jsonOf, outcomeOf } from './channel-outcome.ts';
import type { ChannelAnswer } from './channel-request.ts';
import { fitText } from './message-fit.ts';

const MAX_CONTENT = 2_000;
/** Links in angle brackets have no preview. */
const SUPPRESS_EMBEDS = 4;

class DiscordChannel implements Channel {
  readonly #url: string;
  readonly #context: ChannelContext;

  constructor({ url }: ChannelSettings<'discord'>, context: ChannelContext) {
    this.#url = url;
    this.#context = context;
  }

  send({ text }: OutgoingMessage): Promise<Outcome> {
    const body = JSON.stringify({
      content: fitText(text, MAX_CONTENT),
      flags: SUPPRESS_EMBEDS,
      // A machine that is named `@everyone` calls nobody.
      allowed_mentions: { parse: [] },
    });
    return attempt(async () => {
      const url = new URL(this.#url);
      // With `wait` the answer has the id of the message.
      url.searchParams.set('wait', 'true');
      const headers = { 'content-type': 'application/json' };
      const answer = await this.#context.http.request(url.href, { method: 'POST', headers, body });
      const { id } = jsonOf(answer) as { id?: string };
      if (!isAccepted(answer)) return this.#refusal(answer);
      return {
        kind: 'accepted',
        response: `Message ${id ?? '?'} was sent`,
        ...(id === undefined ? {} : { providerId: id }),
      };
    });
  }

  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const answer = await this.#context.http.request(this.#url, { method: 'GET' });
      if (!isAccepted(answer)) return this.#refusal(answer);
      return { kind: 'accepted', response: `The webhook ${jsonOf(answer).name ?? ''} answers` };
    });
  }

  close(): void {}

  #refusal(answer: ChannelAnswer): Outcome {
    const {
      message,
      code,
      retry_after: seconds,
    } = jsonOf(answer) as {
      message?: string;
      code?: number;
      retry_after?: number;
    };
    const said = message === undefined ? answerText(answer) : `${answer.status} ${message} (${code ?? 0})`;
    if (answer.status === 429 && typeof seconds === 'number') {
      return { kind: 'retry', response: said, afterMs: Math.ceil(seconds * 1000), isBusy: true };
    }
    if ([401, 403, 404].includes(answer.status)) return channelFault(said);
    return outcomeOf(answer, this.#context.nowMs(), said);
  }
}

export const discordKind: KindDefinition<'discord'> = {
  words: 'Discord',
  secrets: [],
  secretUrls: ['url'],
  places: [],
  addressHint: '',
  addressFault: noAddress,
  hasDestination: () => true,
  hasButtons: () => false,
  describe: ({ url }) => hostOf(url),
  open: (settings, _own, context) => new DiscordChannel(settings, context),
};

// The channel `teams`: an Adaptive Card to a workflow of Microsoft Teams, “When a Teams webhook request is received”.

import type { ChannelSettings } from '@gonsters/contract';
import { type Channel, isCritical, type Outcome, type OutgoingMessage, pageOf } from './channel.ts';
import { type ChannelContext, hostOf, type KindDefinition, noAddress } from './channel-kind.ts';
import { answerText, attempt, channelFault, isAccepted, outcomeOf, reachableOutcome } from './channel-outcome.ts';
import { fitLine, fitText, utf8Bytes } from './message-fit.ts';

/** A message to Teams may have 28 kB with its card. */
const MAX_TEXT_BYTES = 16_000;
const MAX_TITLE = 250;
/** More than six actions of a card are hidden. */
const MAX_BUTTONS = 5;
const MAX_LABEL = 60;

class TeamsChannel implements Channel {
  readonly #url: string;
  readonly #context: ChannelContext;

  constructor({ url }: ChannelSettings<'teams'>, context: ChannelContext) {
    this.#url = url;
    this.#context = context;
  }

  send(message: OutgoingMessage): Promise<Outcome> {
    const body = JSON.stringify({
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: adaptiveCard(message) },
      ],
    });
    return attempt(async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await this.#context.http.request(this.#url, { method: 'POST', headers, body });
      const response = answerText(answer);
      // Teams reports a limit that was reached behind the workflow in the text of an answer that is accepted otherwise.
      if (isAccepted(answer) && /HTTP error 429/i.test(answer.text)) {
        return { kind: 'retry', response, afterMs: null, isBusy: true };
      }
      if (isAccepted(answer) && /failed with error/i.test(answer.text)) return { kind: 'never', response };
      if ([401, 403, 404, 410].includes(answer.status)) return channelFault(response);
      return outcomeOf(answer, this.#context.nowMs());
    });
  }

  /** Every request to the workflow itself would start it. */
  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const { origin, host } = new URL(this.#url);
      return reachableOutcome(await this.#context.http.request(origin, { method: 'GET' }), host, this.#context.nowMs());
    });
  }

  close(): void {}
}

function adaptiveCard(message: OutgoingMessage): object {
  const page = pageOf(message);
  const buttons = (message.buttons ?? []).filter(({ url }) => url !== null).slice(0, MAX_BUTTONS);
  const actions = [
    ...buttons.map(({ url, label }) => ({
      ...{ type: 'Action.OpenUrl', url },
      title: fitLine(buttons.length === 1 ? 'Acknowledge' : `Acknowledge ${label}`, MAX_LABEL),
    })),
    ...(page === null ? [] : [{ type: 'Action.OpenUrl', url: page, title: 'Open' }]),
  ];
  const color = isCritical(message) ? 'Attention' : 'Default';
  const title = { type: 'TextBlock', text: fitLine(message.subject, MAX_TITLE), weight: 'Bolder', size: 'Medium' };
  // An empty line, because a single line break of the Markdown of a card is none.
  const text = fitText(message.text, MAX_TEXT_BYTES / 2, utf8Bytes).replace(/\n+/g, '\n\n');
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { ...title, color, wrap: true },
      { type: 'TextBlock', text, wrap: true },
    ],
    ...(actions.length === 0 ? {} : { actions }),
  };
}

export const teamsKind: KindDefinition<'teams'> = {
  words: 'Teams',
  secrets: [],
  secretUrls: ['url'],
  places: [],
  addressHint: '',
  addressFault: noAddress,
  hasDestination: () => true,
  hasButtons: () => false,
  describe: ({ url }) => hostOf(url),
  open: (settings, _own, context) => new TeamsChannel(settings, context),
};

// The channel `slack`: an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).

import type { ChannelSettings } from '@gonsters/contract';
import { type AcknowledgeButton, type Channel, type Outcome, type OutgoingMessage, pageOf } from './channel.ts';
import { type ChannelContext, hostOf, type KindDefinition, noAddress } from './channel-kind.ts';
import { answerText, attempt, channelFault, outcomeOf } from './channel-outcome.ts';
import { fitLine, fitText } from './message-fit.ts';

const MAX_SECTION = 3_000;
const MAX_HEADER = 150;
const MAX_LABEL = 75;
/** A row of buttons may have 25; more than this are not readable on a phone. */
const MAX_BUTTONS = 5;
export const ACKNOWLEDGE_ACTION = 'acknowledge';
/** Answers that every message would get. */
const CHANNEL_FAULTS =
  /^(no_service|no_service_id|no_team|team_disabled|invalid_token|channel_is_archived|channel_not_found|action_prohibited|posting_to_general_channel_denied|posting_to_channel_denied|user_not_found|no_active_hooks)/;

class SlackChannel implements Channel {
  readonly #settings: ChannelSettings<'slack'>;
  readonly #context: ChannelContext;

  constructor(settings: ChannelSettings<'slack'>, context: ChannelContext) {
    this.#settings = settings;
    this.#context = context;
  }

  send(message: OutgoingMessage): Promise<Outcome> {
    const subject = escaped(fitLine(message.subject, MAX_HEADER));
    const elements = this.#elements(message);
    const body = JSON.stringify({
      // Shown in the notification, and where blocks are not.
      text: subject,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: fitLine(message.subject, MAX_HEADER), emoji: false } },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: fitText(escaped(message.text), MAX_SECTION), verbatim: true },
        },
        ...(elements.length === 0 ? [] : [{ type: 'actions', elements }]),
      ],
    });
    return this.#post(body, (answer) => outcomeOf(answer, this.#context.nowMs()));
  }

  /** A message without text is refused, but only by a webhook that works. */
  selfTest(): Promise<Outcome> {
    return this.#post('{}', (answer) =>
      answer.status === 400 && /no_text|invalid_payload|missing_text/.test(answer.text)
        ? { kind: 'accepted', response: 'The webhook answers; a self-test sends no message' }
        : outcomeOf(answer, this.#context.nowMs()),
    );
  }

  close(): void {}

  #elements({ buttons = [], ...message }: OutgoingMessage): object[] {
    const shown = buttons.slice(0, MAX_BUTTONS);
    const hasReceiver = this.#settings.signing_secret !== undefined;
    const button = ({ token, label, url }: AcknowledgeButton, index: number): object[] => {
      const text = fitLine(shown.length === 1 ? 'Acknowledge' : `Acknowledge ${label}`, MAX_LABEL);
      const common = { type: 'button', text: { type: 'plain_text', text, emoji: false } };
      // Without the app, nothing receives a press; the link opens the page with the button.
      if (!hasReceiver) return url === null ? [] : [{ ...common, url, action_id: `open_${index}` }];
      return [{ ...common, style: 'primary', value: token, action_id: `${ACKNOWLEDGE_ACTION}_${index}` }];
    };
    const page = pageOf(message);
    const open = { type: 'button', text: { type: 'plain_text', text: 'Open', emoji: false }, action_id: 'open_page' };
    return [...shown.flatMap(button), ...(page === null ? [] : [{ ...open, url: page }])];
  }

  #post(body: string, judge: (answer: Parameters<typeof outcomeOf>[0]) => Outcome): Promise<Outcome> {
    return attempt(async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await this.#context.http.request(this.#settings.url, { method: 'POST', headers, body });
      return CHANNEL_FAULTS.test(answer.text.trim()) && answer.status >= 400
        ? channelFault(answerText(answer))
        : judge(answer);
    });
  }
}

/** The three characters that have a meaning in the text of a message. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const slackKind: KindDefinition<'slack'> = {
  words: 'Slack',
  secrets: ['signing_secret'],
  secretUrls: ['url'],
  places: [],
  hook: 'slack',
  addressHint: '',
  addressFault: noAddress,
  hasDestination: () => true,
  hasButtons: ({ signing_secret: secret }) => secret !== undefined,
  describe: ({ url }) => hostOf(url),
  open: (settings, _own, context) => new SlackChannel(settings, context),
};

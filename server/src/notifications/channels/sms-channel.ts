// The channel `sms`: a request to the HTTP interface of a provider, by a template (`sms-template.ts`).

import type { ChannelSettings } from '@gonsters/contract';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import type { ChannelContext, KindDefinition } from './channel-kind.ts';
import {
  answerText,
  attempt,
  channelFault,
  isAccepted,
  jsonOf,
  outcomeOf,
  reachableOutcome,
} from './channel-outcome.ts';
import { fitLine, plainForSms, smsParts } from './message-fit.ts';
import { smsFaults, smsRequest } from './sms-template.ts';
import { phoneFault } from './whatsapp-channel.ts';

/** Each part is paid for. */
const MAX_PARTS = 3;
/** A pattern is not matched against more than this. */
const MAX_MATCHED = 2_000;

class SmsChannel implements Channel {
  readonly #settings: ChannelSettings<'sms'>;
  readonly #context: ChannelContext;

  constructor(settings: ChannelSettings<'sms'>, context: ChannelContext) {
    this.#settings = settings;
    this.#context = context;
  }

  send(message: OutgoingMessage, contact: string): Promise<Outcome> {
    const { method, success } = this.#settings;
    return attempt(async () => {
      const { url, headers, body } = smsRequest(this.#settings, contact, smsText(message));
      const answer = await this.#context.http.request(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      const response = answerText(answer);
      if (answer.status === 401 || answer.status === 403) return channelFault(response);
      if (isAccepted(answer) && success !== undefined && !new RegExp(success).test(answer.text.slice(0, MAX_MATCHED))) {
        return { kind: 'never', response: `The provider did not accept it: ${response}` };
      }
      const outcome = outcomeOf(answer, this.#context.nowMs(), response);
      const id = providerId(jsonOf(answer));
      return outcome.kind === 'accepted' && id !== null ? { ...outcome, providerId: id } : outcome;
    });
  }

  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const { origin, host } = new URL(smsRequest(this.#settings, '', '').url);
      return reachableOutcome(await this.#context.http.request(origin, { method: 'GET' }), host, this.#context.nowMs());
    });
  }

  close(): void {}
}

/** The subject and, where it fits, the link that acknowledges: at most three SMS. */
export function smsText({ subject, buttons = [] }: Pick<OutgoingMessage, 'subject' | 'buttons'>): string {
  const parts = (text: string) => (smsParts(text) <= MAX_PARTS ? 0 : 1);
  const url = buttons[0]?.url ?? null;
  const line = plainForSms(subject.replace(/\s+/g, ' ').trim());
  const link = url === null ? '' : `\n${url}`;
  const fitting = [...line];
  if (parts(line + link) === 0) return line + link;
  let [low, high] = [0, fitting.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (parts(`${fitting.slice(0, middle).join('')}...${link}`) === 0) low = middle;
    else high = middle - 1;
  }
  // A link that does not fit at all would be useless without its end.
  return low === 0 ? fitLine(line, 150) : `${fitting.slice(0, low).join('')}...${link}`;
}

/** What providers call the message in their answer. */
function providerId(answer: Record<string, unknown>): string | null {
  const id = answer.sid ?? answer.messageId ?? answer.message_id ?? answer.id;
  return typeof id === 'string' || typeof id === 'number' ? `${id}`.slice(0, 200) : null;
}

export const smsKind: KindDefinition<'sms'> = {
  words: 'SMS',
  secrets: ['password'],
  places: ['url', 'headers', 'body'],
  addressHint: 'The telephone number with the code of the country, such as +6281234567890',
  addressFault: phoneFault,
  hasDestination: () => false,
  hasButtons: () => false,
  describe: ({ url, method }) => `${method} ${/^https?:\/\/([^/?]+)/.exec(url)?.[1] ?? ''}`,
  faults: smsFaults,
  open: (settings, _own, context) => new SmsChannel(settings, context),
};

// The channel `whatsapp`: template messages of the WhatsApp Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api).

import { randomBytes } from 'node:crypto';
import type { ChannelSettings } from '@gonsters/contract';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import type { ChannelContext, KindDefinition } from './channel-kind.ts';
import { attempt, channelFault, isAccepted, jsonOf, outcomeOf, shortened, waitMs } from './channel-outcome.ts';
import type { ChannelAnswer } from './channel-request.ts';
import { fitLine } from './message-fit.ts';

const OFFICIAL = 'https://graph.facebook.com/v23.0';
/** Of the whole body of a template; its fixed words need some of it. */
const MAX_PARAMETER = 900;
const MAX_TEXT = 4096;
/** The payload of the button of a message that tells of several alerts. */
export const SEVERAL = 'several';
/** Codes that may be over later: rate limits, and faults of Meta. */
const LATER = new Set([1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004]);
const RATE_LIMITS = new Set([4, 80007, 130429, 131048, 131056]);
/** Codes about the account, the number, the token or the template, which every message would meet. */
const CHANNEL_FAULTS = new Set([
  ...[0, 3, 10, 33, 190, 368, 130497, 131005, 131031, 131042, 131045, 132000, 132001, 132005, 132007, 132012, 132015],
  ...[132016, 132068, 132069, 133010],
]);

export type WhatsappReply = Pick<WhatsappChannel, 'reply'>;

export class WhatsappChannel implements Channel {
  readonly #settings: ChannelSettings<'whatsapp'>;
  readonly #base: string;
  readonly #context: ChannelContext;

  constructor(settings: ChannelSettings<'whatsapp'>, context: ChannelContext) {
    this.#settings = settings;
    this.#base = `${(settings.api_url ?? OFFICIAL).replace(/\/+$/, '')}/${settings.phone_number_id}`;
    this.#context = context;
  }

  send({ text, buttons = [], subject }: OutgoingMessage, contact: string): Promise<Outcome> {
    const { template, template_language: code, has_button: hasButton } = this.#settings;
    // A parameter must not contain line breaks, tabs or more than four spaces in a row.
    const body = fitLine(text.trim() === '' ? subject : text.trim().replace(/\s*\n\s*/g, ' · '), MAX_PARAMETER);
    const payload = buttons.length === 1 ? (buttons[0]?.token ?? SEVERAL) : SEVERAL;
    return this.#post(contact, {
      type: 'template',
      template: {
        name: template,
        language: { code },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: body }] },
          ...(hasButton
            ? [{ type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload }] }]
            : []),
        ],
      },
    });
  }

  /** Plain text, which is allowed for 24 hours after the person has written, for example by touching a button. */
  reply(text: string, contact: string): Promise<Outcome> {
    return this.#post(contact, { type: 'text', text: { body: fitLine(text, MAX_TEXT) } });
  }

  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const headers = { authorization: `Bearer ${this.#settings.token}` };
      const answer = await this.#context.http.request(`${this.#base}?fields=display_phone_number`, {
        ...{ method: 'GET', headers },
      });
      if (!isAccepted(answer)) return this.#outcome(answer);
      return { kind: 'accepted', response: `The number ${jsonOf(answer).display_phone_number} is ready` };
    });
  }

  close(): void {}

  #post(contact: string, content: object): Promise<Outcome> {
    const body = JSON.stringify({
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to: contact.replace(/^\+/, '') },
      ...content,
    });
    const headers = { authorization: `Bearer ${this.#settings.token}`, 'content-type': 'application/json' };
    return attempt(async () =>
      this.#outcome(await this.#context.http.request(`${this.#base}/messages`, { method: 'POST', headers, body })),
    );
  }

  #outcome(answer: ChannelAnswer): Outcome {
    const { messages, error } = jsonOf(answer) as {
      messages?: { id?: string; message_status?: string }[];
      error?: { code?: number; message?: string; error_data?: { details?: string } };
    };
    const nowMs = this.#context.nowMs();
    if (isAccepted(answer)) {
      const id = messages?.[0]?.id;
      const response = `${answer.status} ${messages?.[0]?.message_status ?? 'accepted'}`;
      return { kind: 'accepted', response, ...(id === undefined ? {} : { providerId: id }) };
    }
    if (error?.code === undefined) return outcomeOf(answer, nowMs);
    return whatsappFault(error.code, errorText(error), answer.status, waitMs(answer.headers['retry-after'], nowMs));
  }
}

/** What an error code of the Cloud API means, from an answer or from a status webhook. */
function whatsappFault(code: number, said: string, status: number, afterMs: number | null): Outcome {
  const response = shortened(`${status > 0 ? `${status} ` : ''}${said} (${code})`);
  if (LATER.has(code)) return { kind: 'retry', response, afterMs, isBusy: RATE_LIMITS.has(code) };
  const isPermission = code >= 200 && code <= 299;
  return CHANNEL_FAULTS.has(code) || isPermission ? channelFault(response) : { kind: 'never', response };
}

export const errorText = (error: { message?: string; title?: string; error_data?: { details?: string } }): string =>
  shortened([error.message ?? error.title, error.error_data?.details].filter((part) => part !== undefined).join(': '));

export const whatsappKind: KindDefinition<'whatsapp'> = {
  words: 'WhatsApp',
  secrets: ['token', 'app_secret'],
  places: ['api_url'],
  hook: 'whatsapp',
  addressHint: 'The telephone number with the code of the country, such as +6281234567890',
  addressFault: phoneFault,
  hasDestination: () => false,
  hasButtons: ({ has_button: hasButton, app_secret: secret }) => hasButton === true && secret !== undefined,
  describe: ({ phone_number_id: id, template }) => `Number ${id}, template ${template}`,
  makeSecrets: () => ({ verify_token: randomBytes(24).toString('base64url') }),
  shownSecret: (own) => own.verify_token as string,
  open: (settings, _own, context) => new WhatsappChannel(settings, context),
};

/** E.164. */
export function phoneFault(address: string): string | null {
  return /^\+[1-9]\d{6,14}$/.test(address) ? null : 'must be a telephone number such as +6281234567890';
}

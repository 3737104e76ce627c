// The channel `telegram`: a bot (https://core.telegram.org/bots/api). `telegram-updates.ts` reads what people send to it.

import type { ChannelSettings } from '@gonsters/contract';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import type { ChannelContext, KindDefinition } from './channel-kind.ts';
import { attempt, channelFault, jsonOf, outcomeOf, shortened } from './channel-outcome.ts';
import { fitLine, fitText } from './message-fit.ts';
import { ACKNOWLEDGE_PREFIX, TelegramApi, type TelegramReply } from './telegram-api.ts';

const MAX_TEXT = 4096;
const MAX_BUTTONS = 8;
const MAX_LABEL = 40;

class TelegramChannel implements Channel {
  readonly #api: TelegramApi;
  readonly #destination: string;
  readonly #context: ChannelContext;

  constructor(settings: ChannelSettings<'telegram'>, context: ChannelContext) {
    this.#api = new TelegramApi(settings, context.http);
    this.#destination = settings.destination ?? '';
    this.#context = context;
  }

  send(message: OutgoingMessage, contact: string): Promise<Outcome> {
    const buttons = (message.buttons ?? []).slice(0, MAX_BUTTONS);
    const label = (of: string) => fitLine(buttons.length === 1 ? 'Acknowledge' : `Acknowledge ${of}`, MAX_LABEL);
    const keyboard = buttons.map(({ token, label: of }) => [
      { text: label(of), callback_data: `${ACKNOWLEDGE_PREFIX}${token}` },
    ]);
    return attempt(async () => {
      const reply = await this.#api.call('sendMessage', {
        chat_id: contact === '' ? this.#destination : contact,
        text: fitText(message.text, MAX_TEXT),
        link_preview_options: { is_disabled: true },
        ...(keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } }),
      });
      return this.#outcome(reply);
    });
  }

  selfTest(): Promise<Outcome> {
    return attempt(async () => {
      const reply = await this.#api.call('getMe', {});
      if (!reply.ok) return this.#outcome(reply);
      return { kind: 'accepted', response: `The bot @${(reply.result as { username?: string }).username} answers` };
    });
  }

  close(): void {}

  #outcome({ ok, status, result, answer }: TelegramReply): Outcome {
    if (ok) {
      const { message_id: id, chat } = result as { message_id: number; chat: { id: number } };
      return { kind: 'accepted', response: `Message ${id} was sent`, providerId: `${chat.id}/${id}` };
    }
    const { description, parameters = {} } = jsonOf(answer) as {
      description?: string;
      parameters?: { retry_after?: number; migrate_to_chat_id?: number };
    };
    const said = description === undefined ? undefined : shortened(`${status} ${description}`);
    if (status === 429 && parameters.retry_after !== undefined) {
      return { kind: 'retry', response: said ?? '429', afterMs: parameters.retry_after * 1000, isBusy: true };
    }
    // A token that is not valid is answered with 401, one that never was with 404.
    if (status === 401 || status === 404) return channelFault(`Telegram does not know the token of the bot: ${said}`);
    if (parameters.migrate_to_chat_id !== undefined) {
      return { kind: 'never', response: `The group has another id now: ${parameters.migrate_to_chat_id}` };
    }
    if (status === 403) return { kind: 'never', response: `The person does not let the bot write: ${said}` };
    return outcomeOf(answer, this.#context.nowMs(), said);
  }
}

export const telegramKind: KindDefinition<'telegram'> = {
  words: 'Telegram',
  secrets: ['token'],
  places: ['api_url'],
  addressHint: 'The id of the chat, such as 123456789. The bot says it when somebody sends /start to it.',
  addressFault: (address) => (/^-?\d{1,20}$/.test(address) ? null : 'must be the id of a chat, such as 123456789'),
  hasDestination: ({ destination }) => destination !== undefined,
  hasButtons: () => true,
  describe: ({ token }) => `Bot ${token.split(':')[0]}`,
  open: (settings, _own, context) => new TelegramChannel(settings, context),
};

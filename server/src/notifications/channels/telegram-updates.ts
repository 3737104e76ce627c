// Reads what people send to the bots: touches of buttons, and /start. Only the leader does; a bot has one reader.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import type { ButtonPresses } from '../button-presses.ts';
import type { ChannelStates } from '../store/channel-states.ts';
import type { MessageReceipts } from '../store/message-receipts.ts';
import type { ChannelHttp } from './channel-request.ts';
import type { Channels, OpenChannel, SealedChannel } from './channels.ts';
import { ACKNOWLEDGE_PREFIX, TelegramApi } from './telegram-api.ts';

/** How long Telegram waits for the next update before it answers that there is none. */
const POLL_SECONDS = 25;
const POLL_WITHIN_MS = 35_000;
const MAX_POLL_BYTES = 1_048_576;
/** After a poll that failed; another reader of the same bot is refused as well. */
const PAUSE_MS = 5_000;
const LOOK_EVERY_MS = 5_000;
const MAX_ANSWER = 200;
const START = /^\/start(?:@\w+)?(?:\s+([\w-]{1,64}))?$/;

interface Update {
  update_id: number;
  message?: { chat: { id: number; type: string }; text?: string };
  callback_query?: {
    id: string;
    data?: string;
    from: { id: number; username?: string; first_name?: string };
    message?: { message_id: number; chat: { id: number }; reply_markup?: { inline_keyboard: Button[][] } };
  };
}
interface Button {
  text: string;
  callback_data?: string;
}

interface TelegramUpdatesDeps {
  channels: Pick<Channels, 'ofKind'>;
  http: ChannelHttp;
  presses: ButtonPresses;
  receipts: MessageReceipts;
  states: Pick<ChannelStates, 'setLink'>;
  /** Somebody has opened the link with a code. @returns what to tell them */
  linked: (channelId: string, code: string, chatId: string) => Promise<string>;
  nowMs: () => number;
  log: Logger;
}

type Bot = OpenChannel & { sealed: SealedChannel };

export class TelegramUpdates {
  readonly #deps: TelegramUpdatesDeps;
  /** By channel. */
  readonly #readers = new Map<string, { version: number; controller: AbortController; done: Promise<void> }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: TelegramUpdatesDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
    this.#look();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    for (const { controller } of readers) controller.abort();
    await Promise.all(readers.map(({ done }) => done));
  }

  #look(): void {
    const bots = new Map(this.#deps.channels.ofKind('telegram').map((bot) => [bot.described.id, bot]));
    for (const [id, { version, controller }] of this.#readers) {
      if (bots.get(id)?.described.version === version) continue;
      controller.abort();
      this.#readers.delete(id);
    }
    for (const [id, bot] of bots) {
      if (this.#readers.has(id)) continue;
      const controller = new AbortController();
      const done = this.#read(bot, controller.signal).catch(() => {});
      this.#readers.set(id, { version: bot.described.version, controller, done });
    }
  }

  async #read(bot: Bot, signal: AbortSignal): Promise<void> {
    const { http, states, log } = this.#deps;
    const { id } = bot.described;
    const api = new TelegramApi(bot.sealed.settings as { token: string; api_url?: string }, http);
    let isLinked = false;
    let offset = 0;
    while (!signal.aborted) {
      try {
        if (!isLinked) {
          const me = await api.call('getMe', {}, { signal });
          const { username } = me.result as { username?: string };
          if (username !== undefined) await states.setLink(id, `https://t.me/${username}`);
          isLinked = true;
        }
        const wanted = { offset, timeout: POLL_SECONDS, limit: 20, allowed_updates: ['message', 'callback_query'] };
        const limits = { withinMs: POLL_WITHIN_MS, maxBytes: MAX_POLL_BYTES, signal };
        const reply = await api.call('getUpdates', wanted, limits);
        if (!reply.ok) throw new Error(reply.answer.text.slice(0, 300));
        for (const update of reply.result as Update[]) {
          offset = Math.max(offset, update.update_id + 1);
          await this.#take(bot, api, update).catch((err: unknown) =>
            log.warn({ err, channel: id }, 'An update of a bot failed'),
          );
        }
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err, channel: id }, 'The updates of a Telegram bot could not be read; this is retried');
        await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  async #take(bot: Bot, api: TelegramApi, { message, callback_query: query }: Update): Promise<void> {
    if (query?.data?.startsWith(ACKNOWLEDGE_PREFIX)) await this.#pressed(bot, api, query);
    const start = START.exec(message?.text?.trim() ?? '');
    if (message === undefined || start === null) return;
    const [, code] = start;
    const chatId = `${message.chat.id}`;
    // Whoever is in a group reads its messages; a person's own chat is private.
    const isPrivate = message.chat.type === 'private';
    const answer = code === undefined || !isPrivate ? null : await this.#deps.linked(bot.described.id, code, chatId);
    const help = `The id of this chat is ${chatId}. Enter it on the page, under how you are told, to get messages here.`;
    await api.call('sendMessage', { chat_id: message.chat.id, text: answer ?? help });
  }

  async #pressed(bot: Bot, api: TelegramApi, query: NonNullable<Update['callback_query']>): Promise<void> {
    const { presses, receipts, nowMs } = this.#deps;
    const { id: channelId, name: channelName } = bot.described;
    const { message, from, data = '' } = query;
    if (message === undefined) return;
    const address = `${message.chat.id}`;
    const { isDone, text } = await presses.press({
      ...{ channelId, channelName, token: data.slice(ACKNOWLEDGE_PREFIX.length), address },
      destination: (bot.sealed.settings.destination as string | undefined) ?? null,
      by: `${from.username === undefined ? (from.first_name ?? from.id) : `@${from.username}`} (Telegram)`,
    });
    await api.call('answerCallbackQuery', {
      ...{ callback_query_id: query.id, text: [...text].slice(0, MAX_ANSWER - 1).join(''), show_alert: !isDone },
    });
    // Who presses a button has read the message.
    await receipts.note(channelId, `${address}/${message.message_id}`, {
      state: 'read',
      atMs: nowMs(),
      response: null,
    });
    if (!isDone) return;
    const left = (message.reply_markup?.inline_keyboard ?? [])
      .map((row) => row.filter((button) => button.callback_data !== data))
      .filter((row) => row.length > 0);
    await api.call('editMessageReplyMarkup', {
      ...{ chat_id: message.chat.id, message_id: message.message_id, reply_markup: { inline_keyboard: left } },
    });
  }
}

// What Meta calls: receipts of messages, and touches of quick-reply buttons
// (https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples).

import type { ChannelSettings } from '@gonsters/contract';
import type { ButtonPresses } from '../button-presses.ts';
import type { MessageReceipts } from '../store/message-receipts.ts';
import type { OpenChannel, SealedChannel } from './channels.ts';
import { isSame, isSignedByMeta } from './hook-signatures.ts';
import type { HookRequest } from './slack-hook.ts';
import { errorText, SEVERAL, type WhatsappReply } from './whatsapp-channel.ts';

const SEVERAL_TEXT = 'That message told of several alerts. Acknowledge each with its link, or on the page.';

interface Status {
  id?: string;
  status?: string;
  timestamp?: string;
  errors?: { code?: number; title?: string; message?: string; error_data?: { details?: string } }[];
}
interface Incoming {
  from?: string;
  type?: string;
  button?: { payload?: string };
  interactive?: { button_reply?: { id?: string } };
  context?: { id?: string };
}
interface Change {
  field?: string;
  value?: { metadata?: { phone_number_id?: string }; statuses?: Status[]; messages?: Incoming[] };
}

type Whatsapp = OpenChannel & { sealed: SealedChannel };

export class WhatsappHook {
  readonly #presses: ButtonPresses;
  readonly #receipts: MessageReceipts;
  readonly #reply: (settings: ChannelSettings<'whatsapp'>) => WhatsappReply;
  readonly #nowMs: () => number;

  constructor(deps: {
    presses: ButtonPresses;
    receipts: MessageReceipts;
    reply: (settings: ChannelSettings<'whatsapp'>) => WhatsappReply;
    nowMs: () => number;
  }) {
    this.#presses = deps.presses;
    this.#receipts = deps.receipts;
    this.#reply = deps.reply;
    this.#nowMs = deps.nowMs;
  }

  /** Meta asks once whether the address is right. @returns what to answer; null where the verify token is wrong */
  verified({ sealed }: Whatsapp, query: Readonly<Record<string, unknown>>): string | null {
    const expected = String(sealed.own.verify_token ?? '');
    const isRight = query['hub.mode'] === 'subscribe' && isSame(String(query['hub.verify_token'] ?? ''), expected);
    return isRight && expected !== '' ? String(query['hub.challenge'] ?? '') : null;
  }

  /** @returns whether the request is signed by the app; what is not does nothing. Rejects with `store_unavailable`; Meta repeats it then. */
  async receive(open: Whatsapp, { headers, body }: HookRequest): Promise<boolean> {
    const settings = open.sealed.settings as ChannelSettings<'whatsapp'>;
    const { app_secret: secret, phone_number_id: number } = settings;
    const signature = String(headers['x-hub-signature-256'] ?? '');
    if (secret === undefined || !isSignedByMeta(secret, signature, body)) return false;
    for (const { field, value } of changesIn(body)) {
      // An app may have several numbers.
      if (field !== 'messages' || value?.metadata?.phone_number_id !== number) continue;
      for (const status of value.statuses ?? []) await this.#note(open, status);
      for (const message of value.messages ?? []) await this.#take(open, settings, message);
    }
    return true;
  }

  async #note({ described }: Whatsapp, { id, status, timestamp, errors = [] }: Status): Promise<void> {
    if (id === undefined || (status !== 'delivered' && status !== 'read' && status !== 'failed')) return;
    const seconds = Number(timestamp);
    const atMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : this.#nowMs();
    const [error] = errors;
    const response = error === undefined ? null : `${errorText(error)} (${error.code ?? 0})`;
    await this.#receipts.note(described.id, id, {
      ...{ state: status, atMs: Math.min(atMs, this.#nowMs()) },
      response: status === 'failed' ? (response ?? 'WhatsApp could not deliver it') : null,
    });
  }

  async #take({ described }: Whatsapp, settings: ChannelSettings<'whatsapp'>, message: Incoming): Promise<void> {
    const token = message.button?.payload ?? message.interactive?.button_reply?.id;
    const { from, context } = message;
    if (token === undefined || from === undefined) return;
    const { id: channelId, name: channelName } = described;
    if (context?.id !== undefined) {
      await this.#receipts.note(channelId, context.id, { state: 'read', atMs: this.#nowMs(), response: null });
    }
    const press = { channelId, channelName, token, address: from, destination: null, by: `+${from} (WhatsApp)` };
    const text = token === SEVERAL ? SEVERAL_TEXT : (await this.#presses.press(press)).text;
    // The press counts whether the answer can be delivered or not.
    void this.#reply(settings).reply(text, from);
  }
}

function changesIn(body: Uint8Array): Change[] {
  try {
    const { entry = [] } = JSON.parse(Buffer.from(body).toString('utf8')) as { entry?: { changes?: Change[] }[] };
    return entry.flatMap(({ changes = [] }) => changes);
  } catch {
    return [];
  }
}

// Strict stand-ins for the documented HTTP interfaces of chat services: they refuse what the real ones refuse.

import { type StubRequest, type StubService, startService } from './stub-service.ts';

export const TELEGRAM_TOKEN = '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefgh';
export const SLACK_PATH = '/services/T000/B000/XXXX';
export const DISCORD_PATH = '/api/webhooks/1/token';

interface TelegramUpdateSource extends StubService {
  /** What `getUpdates` returns, until it is confirmed by an offset. */
  updates: { update_id: number }[];
}

/** https://core.telegram.org/bots/api */
export async function startTelegram(atEnd?: (end: () => void) => void): Promise<TelegramUpdateSource> {
  let messages = 0;
  const failed = (error_code: number, description: string) => ({
    status: error_code,
    body: { ok: false, error_code, description },
  });
  const done = (result: unknown) => ({ status: 200, body: { ok: true, result } });
  const updates: { update_id: number }[] = [];
  const stub = await startService(async ({ path, json }) => {
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
    if (token !== TELEGRAM_TOKEN) return failed(401, 'Unauthorized');
    if (method === 'getMe') return done({ id: 1, is_bot: true, username: 'plant_bot' });
    if (method === 'getUpdates') {
      const left = () => updates.filter(({ update_id: id }) => id >= Number(json.offset ?? 0));
      // The real one waits longer.
      for (let i = 0; i < 5 && left().length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 20));
      return done(left());
    }
    if (method === 'answerCallbackQuery') {
      if (typeof json.callback_query_id !== 'string') return failed(400, 'Bad Request: query is too old');
      return String(json.text ?? '').length > 200 ? failed(400, 'Bad Request: MESSAGE_TOO_LONG') : done(true);
    }
    if (method === 'editMessageReplyMarkup') return done(true);
    if (method !== 'sendMessage') return failed(404, 'Not Found');
    const { chat_id: chat, text } = json;
    if (chat === undefined || chat === '') return failed(400, 'Bad Request: chat_id is empty');
    if (`${chat}` === '999') return failed(400, 'Bad Request: chat not found');
    if (`${chat}` === '403') return failed(403, 'Forbidden: bot was blocked by the user');
    if (typeof text !== 'string' || text === '') return failed(400, 'Bad Request: message text is empty');
    if (text.length > 4096) return failed(400, 'Bad Request: message is too long');
    const { inline_keyboard: rows = [] } = (json.reply_markup ?? {}) as {
      inline_keyboard?: Record<string, string>[][];
    };
    for (const { callback_data: data = '', text: label } of rows.flat()) {
      if (Buffer.byteLength(data) > 64 || !label) return failed(400, 'Bad Request: BUTTON_DATA_INVALID');
    }
    messages += 1;
    return done({ message_id: messages, chat: { id: Number(chat) }, text });
  }, atEnd);
  return Object.assign(stub, { updates });
}

/** https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages */
export async function startWhatsapp(): Promise<StubService> {
  let messages = 0;
  const failed = (status: number, code: number, message: string) => ({ status, body: { error: { message, code } } });
  return startService(({ method, path, headers, json }) => {
    if (headers.authorization !== 'Bearer whatsapp-token') return failed(401, 190, 'Invalid OAuth access token');
    if (method === 'GET' && path === '/10203040') return { status: 200, body: { display_phone_number: '+62 811' } };
    if (method !== 'POST' || path !== '/10203040/messages') return failed(404, 100, 'Unsupported request');
    if (json.messaging_product !== 'whatsapp') return failed(400, 100, 'The parameter messaging_product is required.');
    if (!/^[1-9]\d{6,14}$/.test(String(json.to))) return failed(400, 100, 'Invalid parameter');
    if (json.to === '620000000') return failed(400, 131026, 'Message undeliverable');
    if (json.type === 'template') {
      const template = json.template as {
        name: string;
        language?: { code?: string };
        components: { type: string; parameters: { text?: string; payload?: string }[] }[];
      };
      if (template.name !== 'alert') return failed(404, 132001, 'Template name does not exist in the translation');
      if (template.language?.code === undefined) return failed(400, 100, 'The language is required');
      const text = template.components[0]?.parameters[0]?.text ?? '';
      if (/[\n\t]| {5}/.test(text)) return failed(400, 132018, 'Param text cannot have new-line/tab characters');
      if (text.length > 1024) return failed(400, 132005, 'Translated text too long');
      const payload = template.components[1]?.parameters[0]?.payload ?? 'x';
      if (payload.length > 128) return failed(400, 100, 'Payload too long');
    }
    messages += 1;
    return {
      status: 200,
      body: { messaging_product: 'whatsapp', messages: [{ id: `wamid.${messages}`, message_status: 'accepted' }] },
    };
  });
}

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function startSlack(): Promise<StubService> {
  return startService(({ method, path, json }) => {
    if (path.startsWith('/actions/')) return { status: 200, body: 'ok' };
    if (path !== SLACK_PATH) return { status: 404, body: 'no_service' };
    if (method !== 'POST') return { status: 405, body: 'method_not_allowed' };
    const { text, blocks = [] } = json as { text?: string; blocks?: SlackBlock[] };
    if (text === undefined || text === '') return { status: 400, body: 'no_text' };
    const isRight = blocks.length <= 50 && blocks.every(isSlackBlock);
    return isRight ? { status: 200, body: 'ok' } : { status: 400, body: 'invalid_blocks' };
  });
}

interface SlackBlock {
  type: string;
  text?: { type: string; text: string };
  elements?: { type: string; action_id: string; value?: string; url?: string; text: { text: string } }[];
}

function isSlackBlock({ type, text, elements = [] }: SlackBlock): boolean {
  if (type === 'header') return text?.type === 'plain_text' && text.text.length <= 150 && text.text !== '';
  if (type === 'section') return text?.type === 'mrkdwn' && text.text.length <= 3000 && text.text !== '';
  if (type !== 'actions' || elements.length === 0 || elements.length > 25) return false;
  const ids = new Set(elements.map(({ action_id: id }) => id));
  const isButton = (each: (typeof elements)[number]) =>
    each.type === 'button' && each.text.text.length <= 75 && (each.value?.length ?? 0) <= 2000;
  return ids.size === elements.length && elements.every(isButton);
}

/** https://discord.com/developers/docs/resources/webhook */
export function startDiscord(): Promise<StubService> {
  return startService(({ method, path, query, json }) => {
    if (path !== DISCORD_PATH) return { status: 404, body: { message: 'Unknown Webhook', code: 10015 } };
    if (method === 'GET') return { status: 200, body: { id: '1', name: 'Plant' } };
    if (method !== 'POST') return { status: 405, body: { message: '405: Method Not Allowed', code: 0 } };
    const content = String(json.content ?? '');
    if (content === '') return { status: 400, body: { message: 'Cannot send an empty message', code: 50006 } };
    if (content.length > 2000) return { status: 400, body: { message: 'Invalid Form Body', code: 50035 } };
    return query.get('wait') === 'true' ? { status: 200, body: { id: '77', content } } : { status: 204 };
  });
}

/** A workflow of Microsoft Teams with the trigger “When a Teams webhook request is received”. */
export function startTeams(): Promise<StubService> {
  return startService(({ method, path, body, json }) => {
    if (path !== '/workflows/1/triggers/manual/paths/invoke')
      return { status: 404, body: { error: { code: 'WorkflowNotFound' } } };
    if (method !== 'POST') return { status: 405 };
    const [attachment] = (json.attachments ?? []) as {
      contentType: string;
      content: { type: string; version: string };
    }[];
    const isCard =
      attachment?.contentType === 'application/vnd.microsoft.card.adaptive' &&
      attachment.content.type === 'AdaptiveCard';
    if (json.type !== 'message' || !isCard) return { status: 400, body: { error: { code: 'InvalidRequestContent' } } };
    return body.length > 28_000 ? { status: 413 } : { status: 202 };
  });
}

/** https://docs.ntfy.sh/publish/#publish-as-json */
export function startNtfy(): Promise<StubService> {
  return startService(({ method, path, headers, json }) => {
    const isKnown = headers.authorization === undefined || headers.authorization === 'Bearer tk_right';
    if (!isKnown) return { status: 401, body: { code: 40101, http: 401, error: 'unauthorized' } };
    if (method === 'GET' && path === '/v1/health') return { status: 200, body: { healthy: true } };
    if (method === 'GET' && path === '/v1/account') return { status: 200, body: { username: 'plant' } };
    if (method !== 'POST' || path !== '/') return { status: 404, body: { code: 40401, error: 'page not found' } };
    const { topic, message, priority, actions = [] } = json as Record<string, unknown> & { actions?: object[] };
    if (typeof topic !== 'string' || !/^[-_A-Za-z0-9]{1,64}$/.test(topic))
      return { status: 400, body: { code: 40009, error: 'invalid request: topic invalid' } };
    if (Buffer.byteLength(String(message)) > 4096) return { status: 413, body: { error: 'message too large' } };
    const isRight = Number(priority) >= 1 && Number(priority) <= 5 && actions.length <= 3;
    return isRight
      ? { status: 200, body: { id: 'n1', event: 'message', topic } }
      : { status: 400, body: { error: 'invalid' } };
  });
}

/** https://gotify.net/api-docs */
export function startGotify(): Promise<StubService> {
  return startService(({ method, path, headers, json }: StubRequest) => {
    if (method === 'GET' && path === '/health') return { status: 200, body: { health: 'green', database: 'green' } };
    if (method !== 'POST' || path !== '/message') return { status: 404, body: { errorDescription: 'page not found' } };
    if (headers['x-gotify-key'] !== 'AbCdEf123456789')
      return {
        status: 401,
        body: { error: 'Unauthorized', errorCode: 401, errorDescription: 'you need to provide a valid token' },
      };
    const isRight = typeof json.message === 'string' && json.message !== '';
    return isRight
      ? { status: 200, body: { id: 5 } }
      : { status: 400, body: { errorDescription: 'message is required' } };
  });
}

// Each channel against a strict stand-in for its service: what it sends is taken, and what is answered is understood.

import type { AlertEvent, ChannelKind } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import {
  DISCORD_PATH,
  SLACK_PATH,
  startDiscord,
  startGotify,
  startNtfy,
  startSlack,
  startTeams,
  startTelegram,
  startWhatsapp,
  TELEGRAM_TOKEN,
} from '../../../test/support/chat-services.ts';
import { startPushService } from '../../../test/support/push-service.ts';
import { type StubAnswer, startService } from '../../../test/support/stub-service.ts';
import { AllowedAddresses } from './allowed-addresses.ts';
import type { Channel, OutgoingMessage } from './channel.ts';
import { kindOf } from './channel-kinds.ts';
import { ChannelHttp } from './channel-request.ts';

const addresses = new AllowedAddresses(['127.0.0.1']);
const TOKEN = 'x'.repeat(43);

function open(kind: ChannelKind, settings: Record<string, unknown>): Channel {
  const definition = kindOf(kind);
  const context = { http: new ChannelHttp(addresses), addresses, nowMs: () => Date.now(), gone: () => {} };
  return definition.open(settings as never, definition.makeSecrets?.() ?? {}, context);
}

const alert = { id: 'a1', severity: 'critical', machine_name: 'Press 1' } as AlertEvent;
const message = (more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  ...{ id: 'm1', subject: 'CRITICAL: Press 1: Temperature 120 °C', text: 'Location: Hall A\nSince: now\n' },
  buttons: [{ token: TOKEN, label: 'Press 1', url: `https://plant.example/ack/${TOKEN}` }],
  notifications: [{ kind: 'raised', alert, acknowledge_url: null, page_url: 'https://plant.example/alerts/a1' }],
  ...more,
});
const LONG = message({
  subject: `CRITICAL ${'é😀'.repeat(2_000)}`,
  text: `${'A line about a machine & <something> 😀\n'.repeat(3_000)}`,
  buttons: Array.from({ length: 20 }, (_, i) => ({
    ...{ token: TOKEN, label: `Machine ${i} ${'x'.repeat(200)}` },
    url: `https://plant.example/ack/${i}`,
  })),
});

const SERVICES: Record<
  string,
  {
    kind: ChannelKind;
    contact: string;
    start: () => Promise<{ url: string; instead: StubAnswer | null }>;
    settings: (url: string) => Record<string, unknown>;
  }
> = {
  Telegram: {
    ...{ kind: 'telegram', contact: '42', start: startTelegram },
    settings: (api_url) => ({ token: TELEGRAM_TOKEN, api_url }),
  },
  WhatsApp: {
    ...{ kind: 'whatsapp', contact: '+6281234567890', start: startWhatsapp },
    settings: (api_url) => ({
      ...{ token: 'whatsapp-token', phone_number_id: '10203040', template: 'alert', template_language: 'id' },
      ...{ has_button: true, app_secret: 's', api_url },
    }),
  },
  ntfy: { kind: 'ntfy', contact: 'press-hall', start: startNtfy, settings: (url) => ({ url, token: 'tk_right' }) },
  Gotify: { kind: 'gotify', contact: '', start: startGotify, settings: (url) => ({ url, token: 'AbCdEf123456789' }) },
  Slack: {
    ...{ kind: 'slack', contact: '', start: startSlack },
    settings: (url) => ({ url: url + SLACK_PATH, signing_secret: 's' }),
  },
  Teams: {
    ...{ kind: 'teams', contact: '', start: startTeams },
    settings: (url) => ({ url: `${url}/workflows/1/triggers/manual/paths/invoke` }),
  },
  Discord: { kind: 'discord', contact: '', start: startDiscord, settings: (url) => ({ url: url + DISCORD_PATH }) },
};

describe.each(Object.entries(SERVICES))('%s', (_name, { kind, contact, start, settings }) => {
  it('takes a message, a very long one with many buttons, and one without anything', async () => {
    const channel = open(kind, settings((await start()).url));
    for (const each of [message(), LONG, { id: 'm2', subject: 'Test', text: 'Test' }]) {
      expect(await channel.send(each, contact)).toMatchObject({ kind: 'accepted' });
    }
  });

  it('is tested without a message', async () => {
    const service = await start();
    expect(await open(kind, settings(service.url)).selfTest()).toMatchObject({ kind: 'accepted' });
  });

  it('is tried again when it is busy or has a fault, and when it cannot be reached', async () => {
    const service = await start();
    const channel = open(kind, settings(service.url));
    service.instead = { status: 429, headers: { 'retry-after': '7' }, body: '' };
    expect(await channel.send(message(), contact)).toMatchObject({ kind: 'retry', afterMs: 7_000, isBusy: true });
    service.instead = { status: 503, body: 'down' };
    expect(await channel.send(message(), contact)).toMatchObject({ kind: 'retry' });
    expect(await open(kind, settings('http://127.0.0.1:1')).send(message(), contact)).toMatchObject({ kind: 'retry' });
  });

  it('does not follow a redirect', async () => {
    const service = await start();
    service.instead = { status: 302, headers: { location: 'http://127.0.0.1:1/' } };
    expect(await open(kind, settings(service.url)).send(message(), contact)).toMatchObject({ kind: 'never' });
  });
});

it('a token or an address that is not right is a fault of the channel, and a refused person is not', async () => {
  const faults: [ChannelKind, object, string][] = [
    ['telegram', { token: '1:wrong', api_url: (await startTelegram()).url }, '42'],
    [
      'whatsapp',
      {
        token: 'wrong',
        phone_number_id: '10203040',
        template: 'alert',
        template_language: 'id',
        api_url: (await startWhatsapp()).url,
      },
      '+6281234567890',
    ],
    [
      'whatsapp',
      {
        token: 'whatsapp-token',
        phone_number_id: '10203040',
        template: 'other',
        template_language: 'id',
        api_url: (await startWhatsapp()).url,
      },
      '+6281234567890',
    ],
    ['ntfy', { url: (await startNtfy()).url, token: 'wrong' }, 'topic'],
    ['gotify', { url: (await startGotify()).url, token: 'wrong' }, ''],
    ['slack', { url: `${(await startSlack()).url}/services/other` }, ''],
    ['teams', { url: `${(await startTeams()).url}/other` }, ''],
    ['discord', { url: `${(await startDiscord()).url}/other` }, ''],
  ];
  for (const [kind, settings, contact] of faults) {
    const outcome = await open(kind, settings as never).send(message(), contact);
    expect(outcome, kind).toMatchObject({ kind: 'never', isChannelFault: true });
  }
  const telegram = open('telegram', { token: TELEGRAM_TOKEN, api_url: (await startTelegram()).url });
  for (const chat of ['999', '403']) {
    const outcome = await telegram.send(message(), chat);
    expect(outcome).toMatchObject({ kind: 'never' });
    expect(outcome).not.toHaveProperty('isChannelFault');
  }
  const whatsapp = open('whatsapp', SERVICES.WhatsApp?.settings((await startWhatsapp()).url) as never);
  expect(await whatsapp.send(message(), '+620000000')).toEqual({
    ...{ kind: 'never', response: '400 Message undeliverable (131026)' },
  });
});

it('Telegram and Discord say how long to wait in the answer', async () => {
  const telegram = await startTelegram();
  telegram.instead = {
    status: 429,
    body: { ok: false, description: 'Too Many Requests', parameters: { retry_after: 9 } },
  };
  const bot = open('telegram', { token: TELEGRAM_TOKEN, api_url: telegram.url });
  expect(await bot.send(message(), '42')).toMatchObject({ kind: 'retry', afterMs: 9_000 });
  const discord = await startDiscord();
  discord.instead = { status: 429, body: { message: 'You are being rate limited.', retry_after: 0.25 } };
  const webhook = open('discord', { url: discord.url + DISCORD_PATH });
  expect(await webhook.send(message(), '')).toMatchObject({ kind: 'retry', afterMs: 250 });
});

describe('Web Push', () => {
  it('arrives encrypted for one browser, from a server that identifies itself', async () => {
    const service = await startPushService();
    const channel = open('web_push', { subject: 'mailto:it@plant.example' });
    expect(await channel.send(message(), service.address)).toMatchObject({ kind: 'accepted' });
    expect(await channel.send(LONG, service.address)).toMatchObject({ kind: 'accepted' });
    expect(service.shown[0]).toMatchObject({ tag: 'a1', url: '/alerts/a1', critical: true });
    expect(service.requests[0]?.headers.urgency).toBe('high');
    service.instead = { status: 410 };
    expect(await channel.send(message(), service.address)).toMatchObject({ kind: 'never' });
    expect(await channel.selfTest()).toMatchObject({ kind: 'accepted' });
  });

  it('refuses what is no subscription', () => {
    const { addressFault } = kindOf('web_push');
    for (const address of [
      '',
      '{}',
      'https://push.example',
      '{"endpoint":"https://p.example","keys":{"p256dh":"x","auth":"y"}}',
    ]) {
      expect(addressFault(address)).not.toBeNull();
    }
  });
});

describe('SMS', () => {
  const settings = (url: string) => ({
    ...{ method: 'POST', url: `${url}/send`, username: 'user', password: 'p&ss' },
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic {{basic}}' },
    body: 'key={{password}}&to={{to}}&message={{text}}',
    success: '"status":\\s*"1"',
  });

  it('fills the template, and takes the answer for accepted only where it matches', async () => {
    const service = await startService(({ path, headers, body }) => {
      const form = new URLSearchParams(body.toString());
      const isRight = path === '/send' && form.get('key') === 'p&ss' && form.get('to') === '+6281234567890';
      const isKnown = headers.authorization === `Basic ${Buffer.from('user:p&ss').toString('base64')}`;
      if (!isKnown) return { status: 401 };
      return { status: 200, body: { status: isRight ? '1' : '5', message_id: 17, text: form.get('message') } };
    });
    const channel = open('sms', settings(service.url));
    expect(await channel.send(message(), '+6281234567890')).toMatchObject({ kind: 'accepted', providerId: '17' });
    const sent = new URLSearchParams(service.requests[0]?.body.toString()).get('message');
    expect(sent).toBe(`CRITICAL: Press 1: Temperature 120 C\nhttps://plant.example/ack/${TOKEN}`);
    expect(await channel.send(message(), '+6281234567891')).toMatchObject({ kind: 'never' });
    service.instead = { status: 401 };
    expect(await channel.send(message(), '+6281234567890')).toMatchObject({ kind: 'never', isChannelFault: true });
  });
});

it('no channel connects to a private address that is not allowed', async () => {
  const service = await startService(() => ({ status: 200 }));
  const none = new AllowedAddresses([]);
  const context = { http: new ChannelHttp(none), addresses: none, nowMs: () => Date.now(), gone: () => {} };
  for (const { kind, contact, settings } of Object.values(SERVICES)) {
    const definition = kindOf(kind);
    const channel = definition.open(settings(service.url) as never, {}, context);
    expect(await channel.send(message(), contact), kind).toMatchObject({ kind: 'never', isChannelFault: true });
    expect(await channel.selfTest(), kind).toMatchObject({ kind: 'never', isChannelFault: true });
  }
  const mail = kindOf('email').open(
    { url: service.url.replace('http', 'smtp'), from: 'a@b.example' } as never,
    {},
    context,
  );
  expect(await mail.send(message(), 'c@d.example')).toMatchObject({ kind: 'never', isChannelFault: true });
  mail.close();
  expect(service.requests).toEqual([]);
});

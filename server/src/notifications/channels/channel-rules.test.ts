import { createHmac } from 'node:crypto';
import { type ChannelKind, MASKED, SMS_PRESETS, toLocalMs } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Browser } from '../../../test/support/push-service.ts';
import { SecretBox } from '../../secret-box.ts';
import { unsealed } from './channels.ts';
import { isSignedByMeta, isSignedBySlack } from './hook-signatures.ts';
import { changedSettings, checkedSettings, maskedSettings } from './masked-settings.ts';
import { lastSelfTestMs } from './self-test-times.ts';
import { encryptPush } from './web-push-crypto.ts';

const TOKEN = '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefgh';

describe('the settings of a channel', () => {
  const SECRET: [ChannelKind, Record<string, unknown>, string][] = [
    ['email', { url: 'smtp://user:hunter2@mail.example:587', from: 'a@b.example' }, 'hunter2'],
    ['telegram', { token: TOKEN }, TOKEN],
    ['slack', { url: 'https://hooks.slack.com/services/T0/B0/hunter2', signing_secret: 'hunter3' }, 'hunter'],
    ['sms', { ...SMS_PRESETS.twilio, username: 'AC1', password: 'hunter2', sender: '+1' }, 'hunter2'],
  ];

  it.each(SECRET)(
    'of %s are shown without secrets, and sent back as they are shown they stay',
    (kind, settings, secret) => {
      expect(checkedSettings(kind, settings)).toEqual({ settings, faults: null });
      const shown = maskedSettings(kind, settings);
      expect(JSON.stringify(shown)).not.toContain(secret);
      expect(changedSettings(kind, settings, shown)).toEqual({ settings, faults: null });
      // As those of a new channel they are no settings.
      expect(checkedSettings(kind, shown).faults).not.toBeNull();
    },
  );

  it('do not send a secret elsewhere unless it is entered again', () => {
    const before = { url: 'https://ntfy.example', token: 'tk_1' };
    const moved = changedSettings('ntfy', before, { url: 'https://evil.example' });
    expect(moved.faults).toEqual([{ field: 'settings.token', error: expect.stringContaining('entered again') }]);
    expect(changedSettings('ntfy', before, { url: 'https://evil.example', token: MASKED }).faults).not.toBeNull();
    const entered = { url: 'https://other.example', token: 'tk_2' };
    expect(changedSettings('ntfy', before, entered).settings).toEqual(entered);
    expect(changedSettings('ntfy', before, { token: null }).settings).toEqual({ url: before.url });
  });
});

describe('the self-test', () => {
  it('is due on the newest Monday at six, as the clocks of the plant show it', () => {
    const zones = fc.constantFrom('Asia/Jakarta', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(fc.integer({ min: 1.5e12, max: 2e12 }), zones, (nowMs, zone) => {
        const dueMs = lastSelfTestMs(nowMs, zone);
        const local = new Date(toLocalMs(zone, dueMs));
        expect([local.getUTCDay(), local.getUTCHours(), local.getUTCMinutes()]).toEqual([1, 6, 0]);
        expect(dueMs).toBeLessThanOrEqual(nowMs);
        expect(nowMs - dueMs).toBeLessThan(7 * 86_400_000 + 2 * 3_600_000);
      }),
    );
  });
});

describe('the signature of a service', () => {
  const body = Buffer.from('payload=%7B%7D');
  const nowMs = Date.parse('2026-01-15T10:00:00Z');

  it('of Slack is of the body and of a time of the last five minutes', () => {
    const timestamp = `${nowMs / 1000}`;
    const signature = `v0=${createHmac('sha256', 's').update(`v0:${timestamp}:${body}`).digest('hex')}`;
    expect(isSignedBySlack('s', { timestamp, signature }, body, nowMs)).toBe(true);
    expect(isSignedBySlack('s', { timestamp, signature }, body, nowMs + 299_000)).toBe(true);
    expect(isSignedBySlack('s', { timestamp, signature }, body, nowMs + 301_000)).toBe(false);
    expect(isSignedBySlack('s', { timestamp: `${nowMs / 1000 + 1}`, signature }, body, nowMs)).toBe(false);
    expect(isSignedBySlack('t', { timestamp, signature }, body, nowMs)).toBe(false);
    expect(isSignedBySlack('s', { timestamp: '', signature: '' }, body, nowMs)).toBe(false);
    expect(isSignedBySlack('s', { timestamp, signature }, Buffer.from('payload=%7B%20%7D'), nowMs)).toBe(false);
  });

  it('of Meta is of the body', () => {
    const signature = `sha256=${createHmac('sha256', 's').update(body).digest('hex')}`;
    expect(isSignedByMeta('s', signature, body)).toBe(true);
    expect(isSignedByMeta('t', signature, body)).toBe(false);
    expect(isSignedByMeta('s', '', body)).toBe(false);
  });
});

describe('a push message', () => {
  // RFC 8291, appendix A.
  const receiver = new Browser({
    privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  });

  it('is encrypted as the RFC shows it', () => {
    const body = encryptPush(Buffer.from('When I grow up, I want to be a watermelon'), receiver.keys, {
      salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
      privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    });
    expect(body.toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });

  it('is read by the browser that subscribed, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(receiver.decrypt(encryptPush(Buffer.from(text), receiver.keys))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});

it('a webhook that was sealed by the first version that had webhooks is read', async () => {
  const sealed =
    '0ZhspvXzW3CG5/Sardj48pyqd4d51pYfovwjDlAQbV2K/Eqw7mZLTvo5JkmqJM46sxGIaOYlTdWLUbaK9aYco2r5D9rXVieFcnGohwvhMGvbF677h6jI9DBcf/U+nWbM5gj1f7lZbjcnKPD/VY4rb9yk9ujnTYWiu5tMAXxaIwC8bGs=';
  const text = await new SecretBox('a key of the plant, thirty-two bytes long', null).decrypt(sealed);
  expect(unsealed(JSON.parse(text ?? ''))).toEqual({
    settings: { url: 'https://plant.example/hooks/1' },
    own: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', former: null },
  });
});

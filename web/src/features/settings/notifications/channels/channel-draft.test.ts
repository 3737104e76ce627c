import { CHANNEL_KINDS, CHANNEL_SETTINGS, MASKED } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { type ChannelDraft, isComplete, newDraft, settingsChange, settingsOf } from './channel-draft.ts';

const TEXTS: Readonly<Record<string, string>> = {
  from: 'GONSTERS <alarms@plant.example>',
  url: 'https://receiver.example/hook',
  token: '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  phone_number_id: '123456789',
  template: 'alarm',
  template_language: 'id',
  subject: 'mailto:it@plant.example',
  username: 'key',
  password: 'pass',
};

function filled(kind: ChannelDraft['kind']): ChannelDraft {
  const draft = newDraft(kind, 'Some channel');
  const texts = Object.fromEntries(Object.entries(draft.texts).map(([name, text]) => [name, TEXTS[name] ?? text]));
  return { ...draft, texts, mail: { ...draft.mail, host: 'smtp.plant.example' } };
}

describe('the form of a channel', () => {
  it.each(CHANNEL_KINDS)('of %s asks for what the server needs, and for no more', (kind) => {
    const empty = newDraft(kind, '');
    expect(isComplete(empty)).toBe(false);
    expect(isComplete(filled(kind))).toBe(true);
    expect(CHANNEL_SETTINGS[kind].safeParse(settingsOf(filled(kind))).error).toBeUndefined();
  });

  it('sends nothing where nothing was changed, so that secrets stay', () => {
    const stored = { token: MASKED, destination: '-100' };
    const draft = newDraft('telegram', 'Bot', stored);
    expect(settingsChange(draft, stored)).toEqual({});
    const without = { ...draft, texts: { ...draft.texts, destination: '' } };
    expect(settingsChange(without, stored)).toEqual({ destination: null });
  });

  it('knows its provider of SMS again', () => {
    const draft = { ...newDraft('sms', 'SMS'), provider: 'twilio' as const };
    expect(newDraft('sms', 'SMS', settingsOf(draft)).provider).toBe('twilio');
    const other = {
      ...draft,
      provider: 'other' as const,
      texts: { url: 'https://sms.example', headers: 'x-key: 1\nno header' },
    };
    expect(settingsOf(other)).toEqual({ url: 'https://sms.example', headers: { 'x-key': '1' } });
    expect(newDraft('sms', 'SMS', settingsOf(other))).toMatchObject({
      provider: 'other',
      texts: { headers: 'x-key: 1' },
    });
  });
});

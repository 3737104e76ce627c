import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeUnits, fitLine, fitText, smsParts, utf8Bytes } from './message-fit.ts';
import { smsText } from './sms-channel.ts';
import { smsFaults, smsRequest } from './sms-template.ts';

const anyText = fc.string({
  unit: fc.constantFrom('a', ' ', '\n', 'é', '°', '😀', '\ud83d', '<', '{', '&'),
  maxLength: 400,
});
const measures = fc.constantFrom(codeUnits, utf8Bytes);
const LINK = 'https://plant.example/ack/0123456789';

describe('a text that is fitted', () => {
  it('is never longer than allowed, has only whole characters, and stays as it is where it fits', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 300 }), measures, (text, max, measure) => {
        for (const fitted of [fitText(text, max, measure), fitLine(text, max, measure)]) {
          expect(measure(fitted)).toBeLessThanOrEqual(max);
          expect(/\p{Surrogate}/u.test(fitted)).toBe(false);
        }
        const clean = text.replace(/\p{Surrogate}/gu, '\uFFFD').trim();
        if (measure(clean) <= max) expect(fitText(text, max, measure)).toBe(clean);
      }),
    );
  });

  it('has a link whole or not at all', () => {
    const lines = fc.array(fc.constantFrom('Location: Hall A', `Acknowledge: ${LINK}`, 'x'.repeat(30)), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(lines, fc.integer({ min: 40, max: 200 }), (all, max) => {
        const fitted = fitText(['CRITICAL', ...all].join('\n'), max);
        expect(fitted.split('https://').length).toBe(fitted.split(LINK).length);
      }),
    );
  });
});

describe('an SMS', () => {
  it('has at most three parts, and its link whole', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (subject, hasLink) => {
        const buttons = hasLink ? [{ token: 't', label: 'l', url: LINK }] : [];
        const text = smsText({ subject: `A${subject}`, buttons });
        expect(smsParts(text)).toBeLessThanOrEqual(3);
        expect(text.endsWith(LINK)).toBe(hasLink);
      }),
    );
  });
});

describe('a template of an SMS', () => {
  const settings = (more: object) => ({
    method: 'POST' as const,
    url: 'https://sms.example/',
    body: '{{to}} {{text}}',
    ...more,
  });

  it('puts any text where it belongs, and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const clean = text.replace(/\p{Surrogate}/gu, '?');
        const json = smsRequest(
          settings({ headers: { 'Content-Type': 'application/json' }, body: '{"to":"{{to}}","text":"{{text}}"}' }),
          ...(['+6281234567890', clean] as const),
        );
        expect(JSON.parse(json.body ?? '')).toEqual({ to: '+6281234567890', text: clean });
        const form = smsRequest(
          settings({
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: 'to={{to}}&text={{text}}',
          }),
          ...(['+6281234567890', clean] as const),
        );
        expect(Object.fromEntries(new URLSearchParams(form.body))).toEqual({ to: '+6281234567890', text: clean });
        const query = smsRequest(settings({ url: 'https://sms.example/?to={{to}}&text={{text}}' }), '+62811', clean);
        expect(new URL(query.url).searchParams.get('text')).toBe(clean);
        expect(new URL(query.url).host).toBe('sms.example');
      }),
    );
  });

  it.each([
    ['an unknown variable', { body: '{{to}} {{text}} {{phone}}' }, /unknown variable phone/],
    ['no text', { body: '{{to}}' }, /variable text/],
    ['a variable for the server', { url: 'https://{{to}}.example/' }, /name of the server/],
    ['another protocol', { url: 'ftp://sms.example/' }, /http or https/],
    ['a pattern that is none', { success: '(' }, /regular expression/],
  ])('is refused with %s', (_name, more, error) => {
    expect(
      smsFaults(settings(more))
        .map((fault) => fault.error)
        .join(),
    ).toMatch(error);
  });
});

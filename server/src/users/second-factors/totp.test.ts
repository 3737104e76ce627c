import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';
import { matchTotp, newTotpSecret, toBase32, totpCode, totpStep, totpUri } from './totp.ts';

/** RFC 6238, appendix B; the last six of its eight digits. */
const SECRET = toBase32(Buffer.from('12345678901234567890'));

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('the code at %i s is that of RFC 6238', (seconds, code) => {
  expect(totpCode(SECRET, totpStep(seconds * 1000))).toBe(code);
});

test('base32 is that of RFC 4648, without padding', () => {
  expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => toBase32(Buffer.from(text)))).toEqual([
    '',
    'MY',
    'MZXQ',
    'MZXW6',
    'MZXW6YQ',
    'MZXW6YTB',
    'MZXW6YTBOI',
  ]);
});

test('a code is accepted one step early or late, and never again after that step was used', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: -3, max: 3 }),
      (nowMs, offset, last) => {
        const present = totpStep(nowMs);
        fc.pre(present > 6);
        const secret = newTotpSecret();
        const matched = matchTotp(secret, totpCode(secret, present + offset), nowMs, present + last);
        // Two steps may have the same code by chance, once in a million.
        const isAccepted = Math.abs(offset) <= 1 && offset > last;
        expect(matched === null || matched === present + offset || !isAccepted).toBe(true);
        if (isAccepted) expect(matched).not.toBeNull();
        else if (matched !== null) expect(totpCode(secret, matched)).toBe(totpCode(secret, present + offset));
      },
    ),
  );
});

test('a text that is no code of six digits is never accepted', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^\d{6}$/.test(text.replace(/\s/g, '')));
      expect(matchTotp(SECRET, text, 1_800_000_000_000, 0)).toBeNull();
    }),
  );
});

test('the address for a QR code names the user, whatever the name is', () => {
  const url = new URL(totpUri(SECRET, 'a b&c=d', 'GONSTERS'));
  expect(decodeURIComponent(url.pathname)).toContain('GONSTERS:a b&c=d');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{ secret: SECRET, issuer: 'GONSTERS', algorithm: 'SHA1', digits: '6', period: '30' },
  });
});

test('recovery codes have 120 bits, and are read whatever their case and spaces are', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{6}-){3}[A-Z2-7]{6}$/);
  const [code] = codes as [string];
  const hash = recoveryCodeHash('u', code);
  expect(recoveryCodeHash('u', ` ${code.toLowerCase().replaceAll('-', ' ')} `)).toBe(hash);
  expect(recoveryCodeHash('v', code)).not.toBe(hash);
  expect(recoveryCodeHash('u', '123456')).toBeNull();
});

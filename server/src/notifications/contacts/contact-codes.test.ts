import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, hiddenAddress, maskedAddress } from './address.ts';
import { ContactCodes } from './contact-codes.ts';

const codes = new ContactCodes(Buffer.alloc(32, 7));
const code = fc.integer({ min: 0, max: 999_999 }).map((number) => `${number}`.padStart(6, '0'));

describe('a code', () => {
  it('has six digits, and every first digit comes up', () => {
    const made = Array.from({ length: 500 }, () => codes.newCode());
    for (const each of made) expect(each).toMatch(/^\d{6}$/);
    expect(new Set(made.map((each) => each[0])).size).toBe(10);
  });

  it('matches only itself, for its own contact point, with the same secret', () => {
    const others = new ContactCodes(Buffer.alloc(32, 8));
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), code, code, (id, other, right, wrong) => {
        const hash = codes.hashOf(id, right);
        expect(codes.matches(id, right, hash)).toBe(true);
        expect(codes.matches(id, wrong, hash)).toBe(right === wrong);
        expect(codes.matches(other, right, hash)).toBe(id === other);
        expect(others.matches(id, right, hash)).toBe(false);
        expect(hash).not.toContain(right);
      }),
    );
    for (const broken of ['', 'zz', 'ab']) expect(codes.matches('a', '000000', broken)).toBe(false);
  });
});

describe('an address', () => {
  it('is shown as it is where it is no secret', () => {
    expect(maskedAddress('email', 'budi@plant.example')).toBe('budi@plant.example');
    expect(maskedAddress('sms', '+62 812 345')).toBe('+62 812 345');
    expect(maskedAddress('slack', '')).toBe('');
  });

  it('is shown without its secret where it has one', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
    fc.assert(
      fc.property(secret, fc.constantFrom('webhook', 'slack', 'gotify', 'web_push', 'ntfy'), (text, kind) => {
        for (const address of [
          `https://hooks.example/services/${text}`,
          text,
          `{"endpoint":"https://push.example/${text}","keys":{"auth":"${text}"}}`,
        ]) {
          expect(maskedAddress(kind, address)).not.toContain(text);
          expect(maskedAddress(kind, address).length).toBeLessThan(40);
        }
      }),
    );
    expect(maskedAddress('webhook', 'https://hooks.example/services/T0B4XYZ123')).toBe('hooks.example/…123');
  });

  it('is hidden from those who may not read the addresses of others', () => {
    expect(['budi@plant.example', '+6281234567890', '12345', '', 'hooks.example/…123'].map(hiddenAddress)).toEqual([
      ...['b…@plant.example', '…890', '…', '', 'hooks.example/…123'],
    ]);
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 40, unit: fc.constantFrom(...'abc019@.+') }), (address) => {
        expect(hiddenAddress(address)).not.toBe(address);
      }),
    );
  });
  it('counts as one however it is written', () => {
    expect(addressKey('email', 'Budi@Plant.Example ')).toBe(addressKey('email', 'budi@plant.example'));
    expect(addressKey('sms', '+62 (812) 345-678')).toBe(addressKey('sms', '+62812345678'));
    expect(addressKey('sms', '+1')).not.toBe(addressKey('whatsapp', '+1'));
    expect(addressKey('gotify', 'aB')).not.toBe(addressKey('gotify', 'ab'));
  });
});

import { MASKED } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailAddress, mailServerOf, NEW_MAIL_SERVER, withSecurity } from './mail-server.ts';

describe('a mail server', () => {
  it('is the same after it was stored, whatever its password consists of', () => {
    const servers = fc.record({
      host: fc.constantFrom('smtp.plant.example', '10.0.0.7', '[::1]'),
      port: fc.integer({ min: 1, max: 65_535 }).map(String),
      security: fc.constantFrom('smtp' as const, 'smtps' as const),
      user: fc.string({ minLength: 1, unit: 'grapheme' }),
      password: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(servers, (server) => {
        expect(mailServerOf(mailAddress(server))).toEqual(server);
      }),
    );
  });

  it('keeps a masked password masked', () => {
    const server = mailServerOf(`smtp://alarms:${MASKED}@smtp.plant.example:587`);
    expect(server).toMatchObject({ user: 'alarms', password: MASKED, host: 'smtp.plant.example' });
    expect(mailAddress(server)).toBe(`smtp://alarms:${MASKED}@smtp.plant.example:587`);
  });

  it('takes the usual port of the encryption, but not in place of one that was entered', () => {
    expect(withSecurity(NEW_MAIL_SERVER, 'smtps').port).toBe('465');
    expect(withSecurity({ ...NEW_MAIL_SERVER, port: '2525' }, 'smtps').port).toBe('2525');
  });

  it('has empty fields where nothing was stored', () => {
    expect(mailServerOf(undefined)).toEqual(NEW_MAIL_SERVER);
    expect(mailServerOf('http://x')).toEqual(NEW_MAIL_SERVER);
  });
});

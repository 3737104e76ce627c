// What is made of the claims of a provider, whatever it sends.

import { usernameSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { personOf } from './person.ts';

const of = (claims: Record<string, unknown>, claim = 'groups') =>
  personOf({ iss: 'https://i', sub: 's', ...claims }, claim);

test('a valid user name and e-mail address result from any claims, and the same from the same', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('preferred_username', 'email', 'name', 'groups', 'email_verified'),
        fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 400 }), fc.emailAddress()),
      ),
      (claims) => {
        const person = of(claims);
        expect(usernameSchema.safeParse(person.username).success).toBe(true);
        expect(z.email().max(254).safeParse(person.email).success).toBe(true);
        expect(person.groups.every((group) => group !== '' && group.length <= 256)).toBe(true);
        expect(of(claims)).toEqual(person);
      },
    ),
  );
});

test('names are those of the provider, as far as they can be', () => {
  expect(of({ preferred_username: 'jane.doe' }).username).toBe('jane.doe');
  expect(of({ preferred_username: 'jane@corp.example' }).username).toBe('jane');
  expect(of({ preferred_username: '!!', name: 'Budi Santoso' }).username).toBe('Budi.Santoso');
  expect(of({}).username).toMatch(/^user-[0-9a-f]{16}$/);
});

test('an address that the provider did not verify is not used', () => {
  expect(of({ email: 'a@b.example' }).email).toBe('a@b.example');
  expect(of({ email: 'a@b.example', email_verified: false }).email).toMatch(/@oidc\.invalid$/);
});

test('groups are a list or one text, of any claim', () => {
  expect(of({ groups: ['a', 1, null, '', 'b'] }).groups).toEqual(['a', 'b']);
  expect(of({ roles: 'a' }, 'roles').groups).toEqual(['a']);
  expect(of({ groups: { a: true } }).groups).toEqual([]);
});

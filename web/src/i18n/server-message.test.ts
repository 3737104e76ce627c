import { machineInputSchema, newPasswordSchema, registerSchema, userPatchSchema } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { serverMessage } from './server-message.ts';
import type { Translate } from './text.ts';

/** Translates into the key itself. */
const t = ((key: string) => `<${key}>`) as Translate;

describe('what the server says of a field', () => {
  const password = (text: string) => newPasswordSchema.safeParse(text);
  const user = (change: object) =>
    registerSchema.safeParse({ username: 'anna', email: 'a@b.example', password: 'Korrekt-Pferd-7', ...change });
  const machine = (name: string) => machineInputSchema.safeParse({ name, location: 'Hall', sensor_type: 'press' });
  it.each([
    ['a short password', password('a')],
    ['a long password', password('ä'.repeat(101))],
    ['a password with a NUL', password('\u0000')],
    ['a short user name', user({ username: '?' })],
    ['a long user name', user({ username: 'a'.repeat(51) })],
    ['no e-mail address', user({ email: 'nobody' })],
    ['a change of nothing', userPatchSchema.safeParse({})],
    ['an empty name', machine(' ')],
    ['a long name', machine('m'.repeat(101))],
    ['a name of two lines', machine('one\ntwo')],
  ])('is told in the reader’s language: %s', (_, { error }) => {
    const said = error?.issues.map(({ message }) => serverMessage(t, message)) ?? [];
    expect(said).not.toEqual([]);
    for (const text of said) expect(text).toMatch(/^<server\./);
  });

  it('stays as it is where nobody here knows it', () => {
    expect(serverMessage(t, 'Something new')).toBe('Something new');
  });

  it('is found behind the name of the field, which the server puts before it', () => {
    expect(serverMessage(t, 'new_password is too common')).toBe('<server.too_common>');
    expect(serverMessage(t, 'password must not contain the user name')).toBe('<server.contains_name>');
    expect(serverMessage(t, 'The body must have at least one field')).toBe('<server.nothing_given>');
  });
});

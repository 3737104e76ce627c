import { describe, expect, it } from 'vitest';
import { PasswordHasher } from './password-hasher.ts';

describe('PasswordHasher', () => {
  const passwords = new PasswordHasher();

  it('makes $2b$ hashes of cost 12 that match only their password', async () => {
    const hash = await passwords.hash('Password123!');
    expect(hash).toMatch(/^\$2b\$12\$.{53}$/);
    expect(await passwords.matches('Password123!', hash)).toBe(true);
    expect(await passwords.matches('password123!', hash)).toBe(false);
    for (const variant of ['$2a$', '$2y$']) {
      expect(await passwords.matches('Password123!', hash.replace('$2b$', variant))).toBe(true);
    }
  });

  it('neither hashes nor accepts a password that bcrypt would cut', async () => {
    const longest = `Aa1${'x'.repeat(69)}`;
    const hash = await passwords.hash(longest);
    expect(await passwords.matches(longest, hash)).toBe(true);
    expect(await passwords.matches(`${longest}y`, hash)).toBe(false);
    await expect(passwords.hash(`${longest}y`)).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(passwords.hash(`Aa1${'é'.repeat(35)}`)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(await passwords.matches('a\u0000b', hash)).toBe(false);
  });

  it('never matches if the user does not exist', async () => {
    expect(await passwords.matches('', null)).toBe(false);
  });

  it('checks one at a time', async () => {
    const order: string[] = [];
    const turn = { before: () => order.push('begins'), after: () => order.push('ends') };
    await Promise.all([1, 2, 3].map(() => passwords.matches('x', null, turn)));
    expect(order).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
  });

  it('refuses calls beyond the queue, and continues after a call that was cancelled', async () => {
    const leaveOut = {
      before: () => {
        throw new Error('not now');
      },
      after: () => {},
    };
    const first = passwords.matches('x', null);
    const others = Array.from({ length: 101 }, () =>
      passwords
        .matches('x', null, leaveOut)
        .catch((error: { code?: string; message: string }) => error.code ?? error.message),
    );
    const answers = await Promise.all(others);
    expect(answers.filter((answer) => answer === 'busy')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'not now')).toHaveLength(100);
    expect(await first).toBe(false);
  });
});

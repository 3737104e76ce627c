import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';
import { SecretBox } from './secret-box.ts';

test('a key is made once beside the embedded database, for its owner only', async () => {
  const directory = await temporaryDirectory();
  const sealed = await new SecretBox(null, directory).encrypt('https://hooks.example/x');
  expect(sealed).not.toContain('hooks');
  expect(await new SecretBox(null, directory).decrypt(sealed)).toBe('https://hooks.example/x');
  expect((await stat(join(directory, 'secrets-key'))).mode & 0o777).toBe(0o600);
  expect(await new SecretBox('k'.repeat(32), null).decrypt(sealed)).toBeNull();
});

test('without a key, where several nodes need the same, nothing is encrypted', async () => {
  await expect(new SecretBox(null, null).encrypt('x')).rejects.toMatchObject({ code: 'conflict' });
  expect(await new SecretBox(null, null).decrypt('AAAA')).toBeNull();
  const box = new SecretBox('k'.repeat(32), null);
  const sealed = Buffer.from(await box.encrypt('x'), 'base64');
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(await box.decrypt(sealed.toString('base64'))).toBeNull();
});

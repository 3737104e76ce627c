import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNodeId } from './node-id.ts';

test('a node has an id of its own, the same after each start', async () => {
  const directories = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'gonsters-id-'))));
  onTestFinished(() => Promise.all(directories.map((each) => rm(each, { recursive: true }))).then(() => {}));
  const [one, other] = directories as [string, string];
  const id = await openNodeId(one);
  expect(id).toMatch(/^[0-9a-f]{12}$/);
  expect(await openNodeId(one)).toBe(id);
  expect(await openNodeId(other)).not.toBe(id);
  await expect(openNodeId(join(one, 'missing'))).rejects.toThrow('ENOENT');
});

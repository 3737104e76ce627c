import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../log.ts';
import { ClockSkewGuard } from './clock-skew-guard.ts';
import { PayloadSpool, type SpooledPayload } from './payload-spool.ts';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-spool-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const payload = (number: number, bytes = 10): SpooledPayload => ({
  ...{ topic: `t/${number}`, gatewayId: number % 2 === 0 ? null : 'g', timestampMs: 1000 + number },
  payload: Buffer.alloc(bytes, 0xff),
});
const readAll = async (spool: PayloadSpool) => {
  const found: SpooledPayload[] = [];
  for await (const each of spool.read()) found.push(each);
  return found;
};

describe('spooled payloads', () => {
  it('are read by the next process, byte for byte, in order, without a line that a power failure truncated', async () => {
    const directory = await temporaryDirectory();
    const first = new PayloadSpool(directory);
    await first.open();
    expect([first.isEmpty, first.oldestMs]).toEqual([true, Number.POSITIVE_INFINITY]);
    const sent = [3, 1, 2].map((number) => payload(number));
    expect(await Promise.all(sent.map((each) => first.append(each)))).toEqual([true, true, true]);
    expect([first.isEmpty, first.oldestMs]).toEqual([false, 1001]);
    await appendFile(join(directory, 'ahead-of-clock.jsonl'), '{"topic":"t/4","gat');
    const second = new PayloadSpool(directory);
    await second.open();
    expect([second.isEmpty, second.oldestMs]).toEqual([false, 1001]);
    expect(await readAll(second)).toEqual(sent);
  });

  it('that were read and not removed are read again, before those that were appended since', async () => {
    const directory = await temporaryDirectory();
    const first = new PayloadSpool(directory);
    await first.append(payload(1));
    expect(await readAll(first)).toEqual([payload(1)]);
    await first.append(payload(2));
    const second = new PayloadSpool(directory);
    await second.open();
    expect(await readAll(second)).toEqual([payload(1)]);
    await second.removeRead();
    // The oldest timestamp of the rest is unknown, so 0 lets it be tried.
    expect([second.isEmpty, second.oldestMs]).toEqual([false, 0]);
    expect(await readAll(second)).toEqual([payload(2)]);
    await second.removeRead();
    expect([second.isEmpty, await readAll(second), await readdir(directory)]).toEqual([true, [], []]);
  });

  it('are moved to a file for inspection, or discarded', async () => {
    const directory = await temporaryDirectory();
    const spool = new PayloadSpool(directory);
    await spool.append(payload(1));
    expect(await spool.moveToRefused()).toBe(join(directory, 'ahead-of-clock.refused.jsonl'));
    await spool.append(payload(2));
    await spool.discard();
    expect([spool.isEmpty, await readdir(directory)]).toEqual([true, ['ahead-of-clock.refused.jsonl']]);
  });

  it('are bounded: only what exceeds the bound is refused', async () => {
    const spool = new PayloadSpool(await temporaryDirectory(), 500);
    expect(await spool.append(payload(1, 1000))).toBe(false);
    expect(await spool.append(payload(2))).toBe(true);
    expect((await readAll(spool)).length).toBe(1);
  });

  it('that cannot be written are acknowledged all the same, because they are dead letters already', async () => {
    const nowhere = join(await temporaryDirectory(), 'gone');
    await expect(new PayloadSpool(nowhere).append(payload(1))).rejects.toThrow(/ENOENT/);
    const spool = new PayloadSpool(nowhere);
    const together = await Promise.allSettled([1, 2, 3].map((number) => spool.append(payload(number))));
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const clock = { nowMs: () => 0 };
    const clockSkew = new ClockSkewGuard({ dataDir: nowhere, clock, log: silentLogger, everyMs: undefined });
    await clockSkew.spool(payload(1));
    clockSkew.stop();
    expect(clockSkew.isBehind).toBe(false);
  });
});

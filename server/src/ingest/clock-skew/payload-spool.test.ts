import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../log.ts';
import { ClockSkewGuard } from './clock-skew-guard.ts';
import { type KeptPayload, PayloadSpool } from './payload-spool.ts';

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-kept-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const kept = (number: number, bytes = 10): KeptPayload => ({
  ...{ topic: `t/${number}`, gatewayId: number % 2 === 0 ? null : 'g', timestampMs: 1000 + number },
  payload: Buffer.alloc(bytes, 0xff),
});
const all = async (payloads: PayloadSpool) => {
  const found: KeptPayload[] = [];
  for await (const each of payloads.take()) found.push(each);
  return found;
};

describe('kept payloads', () => {
  it('are there for the next process, byte for byte, in order, but for a line that a power cut broke off', async () => {
    const directory = await temporaryDirectory();
    const first = new PayloadSpool(directory);
    await first.open();
    expect([first.isEmpty, first.oldestMs]).toEqual([true, Number.POSITIVE_INFINITY]);
    const sent = [3, 1, 2].map((number) => kept(number));
    expect(await Promise.all(sent.map((each) => first.keep(each)))).toEqual([true, true, true]);
    expect([first.isEmpty, first.oldestMs]).toEqual([false, 1001]);
    await appendFile(join(directory, 'ahead-of-clock.jsonl'), '{"topic":"t/4","gat');
    const second = new PayloadSpool(directory);
    await second.open();
    expect([second.isEmpty, second.oldestMs]).toEqual([false, 1001]);
    expect(await all(second)).toEqual(sent);
  });

  it('that were taken and not forgotten come again, before those that were kept since', async () => {
    const directory = await temporaryDirectory();
    const first = new PayloadSpool(directory);
    await first.keep(kept(1));
    expect(await all(first)).toEqual([kept(1)]);
    await first.keep(kept(2));
    const second = new PayloadSpool(directory);
    await second.open();
    expect(await all(second)).toEqual([kept(1)]);
    await second.forgetTaken();
    // Nothing is known of the rest any more: it is tried.
    expect([second.isEmpty, second.oldestMs]).toEqual([false, 0]);
    expect(await all(second)).toEqual([kept(2)]);
    await second.forgetTaken();
    expect([second.isEmpty, await all(second), await readdir(directory)]).toEqual([true, [], []]);
  });

  it('are put aside, or thrown away', async () => {
    const directory = await temporaryDirectory();
    const payloads = new PayloadSpool(directory);
    await payloads.keep(kept(1));
    expect(await payloads.putAside()).toBe(join(directory, 'ahead-of-clock.refused.jsonl'));
    await payloads.keep(kept(2));
    await payloads.discard();
    expect([payloads.isEmpty, await readdir(directory)]).toEqual([true, ['ahead-of-clock.refused.jsonl']]);
  });

  it('are bounded: what finds no room is refused, and nothing else', async () => {
    const payloads = new PayloadSpool(await temporaryDirectory(), 500);
    expect(await payloads.keep(kept(1, 1000))).toBe(false);
    expect(await payloads.keep(kept(2))).toBe(true);
    expect((await all(payloads)).length).toBe(1);
  });

  it('that cannot be written are acknowledged all the same: they are dead letters already', async () => {
    const nowhere = join(await temporaryDirectory(), 'gone');
    await expect(new PayloadSpool(nowhere).keep(kept(1))).rejects.toThrow(/ENOENT/);
    const payloads = new PayloadSpool(nowhere);
    const together = await Promise.allSettled([1, 2, 3].map((number) => payloads.keep(kept(number))));
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const clock = { nowMs: () => 0 };
    const clockSkew = new ClockSkewGuard({ dataDir: nowhere, clock, log: silentLogger, everyMs: undefined });
    await clockSkew.keep(kept(1));
    clockSkew.stop();
    expect(clockSkew.isBehind).toBe(false);
  });
});

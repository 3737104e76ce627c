import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../log.ts';
import { JobQueue } from './job-queue.ts';

const HOUR = 3_600_000;
function open() {
  const clock = { now: 0, nowMs: () => clock.now };
  const jobs = new JobQueue<number>({ clock, log: silentLogger, sizeOf: (bytes) => bytes });
  return { clock, jobs };
}
/** Work that ends when it is told to, and notices that it is cancelled. */
function work() {
  let end = (_result: number) => {};
  const started = { signal: null as AbortSignal | null };
  const run = (signal: AbortSignal, onProgress: (share: number) => void) => {
    started.signal = signal;
    onProgress(0.5);
    return new Promise<number>((resolve, reject) => {
      end = resolve;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  return { run, started, end: (result = 1) => end(result) };
}
const state = (jobs: JobQueue<number>, id: string) => jobs.view(id, 'ann')?.job.state;

describe('a queue of jobs', () => {
  it('runs two at once, and the next when one has ended', async () => {
    const { jobs } = open();
    const all = [work(), work(), work()];
    const ids = all.map(({ run }) => jobs.submit('ann', run));
    expect(ids.map((id) => state(jobs, id))).toEqual(['running', 'running', 'waiting']);
    expect(jobs.view(ids[0] as string, 'ann')).toMatchObject({ job: { progress: 0.5 }, result: null });
    all[0]?.end(7);
    await jobs.whenEnded(ids[0] as string, 10_000);
    expect(jobs.view(ids[0] as string, 'ann')).toMatchObject({ job: { state: 'done', progress: 1 }, result: 7 });
    await Promise.resolve();
    expect(state(jobs, ids[2] as string)).toBe('running');
    await jobs.stop();
  });

  it('cancels what runs and what waits, for the owner only', async () => {
    const { jobs } = open();
    const all = [work(), work(), work()];
    const ids = all.map(({ run }) => jobs.submit('ann', run)) as [string, string, string];
    expect(jobs.cancel(ids[0], 'bob')).toBe(false);
    expect(jobs.view(ids[0], 'bob')).toBeNull();
    expect(ids.map((id) => jobs.cancel(id, 'ann'))).toEqual([true, true, true]);
    expect(all.map(({ started }) => started.signal?.aborted)).toEqual([true, true, undefined]);
    expect(jobs.view(ids[0], 'ann')).toBeNull();
    await jobs.stop();
  });

  it('says that a job failed without showing why, and waits no longer than asked', async () => {
    const { jobs } = open();
    const id = jobs.submit('ann', async () => Promise.reject(new Error('secret')));
    await jobs.whenEnded(id, 10_000);
    expect(jobs.view(id, 'ann')?.job).toMatchObject({ state: 'failed', error: expect.not.stringMatching('secret') });
    const slow = jobs.submit('ann', work().run);
    await jobs.whenEnded(slow, 1);
    expect(state(jobs, slow)).toBe('running');
    await jobs.stop();
  });

  it('keeps 20 results, for an hour, and 64 MB of them', async () => {
    const { jobs, clock } = open();
    const done = async (bytes: number) => {
      const id = jobs.submit('ann', async () => bytes);
      await jobs.whenEnded(id, 10_000);
      return id;
    };
    const ids: string[] = [];
    for (let i = 0; i < 21; i++) ids.push(await done(1));
    expect([state(jobs, ids[0] as string), state(jobs, ids[1] as string)]).toEqual([undefined, 'done']);
    const large = await done(40 * 2 ** 20);
    await done(40 * 2 ** 20);
    expect(state(jobs, large)).toBeUndefined();
    clock.now += HOUR + 1;
    expect(state(jobs, ids[20] as string)).toBeUndefined();
  });

  it('refuses more while 20 wait or run', async () => {
    const { jobs } = open();
    for (let i = 0; i < 20; i++) jobs.submit('ann', work().run);
    expect(() => jobs.submit('ann', work().run)).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    await jobs.stop();
    expect(() => jobs.submit('ann', work().run)).toThrow(expect.objectContaining({ code: 'closed' }));
  });
});

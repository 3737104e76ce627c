import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

describe('replies', () => {
  it('says that it is healthy without a sign-in', async () => {
    const reply = await core.send('GET', '//health');
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ status: 'healthy', version: expect.any(String) });
  });
  it('documents itself', async () => {
    const reply = await core.send<{ paths: Record<string, unknown> }>('GET', '//openapi.json');
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body.paths).length).toBeGreaterThan(30);
  });
  it('adds and lists a machine', async () => {
    const id = await core.addMachine('Press 1');
    await core.ingest(id, [{ timestamp: '2026-01-15T10:30:00Z', temperature: 0 }]);
    const list = await core.as('Operator', 'GET', '/data/machines');
    expect(list.body).toMatchObject({ count: 1 });
    const page = await core.as('Operator', 'GET', `/data/machine/${id}?start_time=2026-01-01&interval=auto`);
    console.log(page.text);
    const exp = await core.as('Operator', 'GET', `/data/machine/${id}/export?start_time=2026-01-01&tz=Asia/Jakarta`);
    console.log(exp.status, exp.text);
    const pq = await core.as('Operator', 'GET', `/data/machine/${id}/export?start_time=2026-01-01&format=parquet`);
    console.log(pq.status, pq.text.slice(0, 4), pq.text.length);
    const all = await Promise.all(
      [
        '/data/latest',
        `/data/compare?machine_ids=${id}&metric=temperature&start_time=2026-01-01`,
        '/data/machines/export',
        '/config',
        '/data/machines/summary',
        '/auth/me',
      ].map((p) => core.as('Operator', 'GET', p)),
    );
    for (const a of all) console.log(a.status, a.text.slice(0, 300));
    const r = await core.send('GET', '//health/ready');
    console.log(r.status, r.text);
  });
});

// Setup and administration of an InfluxDB 2.x for tests: an organisation, a token, and a 1.x user where a test needs one.

import { join } from 'node:path';
import type { InfluxdbAdmin, InfluxdbVersion } from './start-influxdb.ts';

const TOKEN = 'the-token-of-the-tests';
const ORG = 'plant';

export async function prepareInfluxdb2(
  directory: string,
  url: string,
  admin: InfluxdbAdmin | null,
): Promise<InfluxdbVersion> {
  const headers: Record<string, string> = { authorization: `Token ${TOKEN}` };
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each read where it is known
  const send = async (method: string, path: string, body?: unknown): Promise<any> => {
    const type = { 'content-type': 'application/json' };
    const init = { method, headers: { ...headers, ...type }, ...(body ? { body: JSON.stringify(body) } : {}) };
    const answer = await fetch(url + path, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const orgId = async () => (await send('GET', `/api/v2/orgs?org=${ORG}`)).orgs[0].id as string;
  const bucketId = async (name: string) =>
    (await send('GET', `/api/v2/buckets?name=${encodeURIComponent(name)}&org=${ORG}`)).buckets[0].id as string;
  /** For one bucket, or for all. */
  const readAndWrite = (orgID: string, id?: string) =>
    ['read', 'write'].map((action) => ({ action, resource: { type: 'buckets', orgID, ...(id ? { id } : {}) } }));
  return {
    args: [
      ...['--bolt-path', join(directory, 'influxd.bolt')],
      ...['--sqlite-path', join(directory, 'influxd.sqlite')],
      ...['--engine-path', join(directory, 'engine')],
      ...['--http-bind-address', new URL(url).host],
      '--reporting-disabled',
    ],
    ...{ token: TOKEN, org: ORG, headers },
    async setUp() {
      const first = { username: 'tester', password: 'password of the tests', org: ORG, bucket: 'first', token: TOKEN };
      await send('POST', '/api/v2/setup', first);
      if (admin === null) return;
      const orgID = await orgId();
      const user = { orgID, token: admin.username, permissions: readAndWrite(orgID) };
      const { id } = await send('POST', '/private/legacy/authorizations', user);
      await send('POST', `/private/legacy/authorizations/${id}/password`, { password: admin.password });
    },
    async create(database, keptHours) {
      const retentionRules = keptHours ? [{ type: 'expire', everySeconds: keptHours * 3600 }] : [];
      await send('POST', '/api/v2/buckets', { orgID: await orgId(), name: database, retentionRules });
    },
    async drop(database) {
      await send('DELETE', `/api/v2/buckets/${await bucketId(database)}`);
    },
    async createToken(database) {
      const orgID = await orgId();
      const permissions = readAndWrite(orgID, await bucketId(database));
      return (await send('POST', '/api/v2/authorizations', { orgID, permissions })).token as string;
    },
  };
}

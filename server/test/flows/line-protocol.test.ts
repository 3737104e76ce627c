// Line protocol as clients of InfluxDB write it: Telegraf's own examples, its errors, and what they ask before they write.

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
let gateway: { username: string; password: string; token: string };
beforeAll(async () => {
  core = await startCore({ AUTO_PROVISION: 'on' });
  gateway = await addGateway('Telegraf');
});
afterAll(() => core.remove());

async function addGateway(name: string, more: Record<string, unknown> = {}) {
  const made = await core.as<{ gateway: { id: string; username: string }; password: string }>(
    ...(['Management', 'POST', '/gateways', { body: { name, scope: 'plant', ...more } }] as const),
  );
  const { id, username } = made.body.gateway;
  const { secret } = (await core.as<{ secret: string }>('Management', 'POST', `/gateways/${id}/token`)).body;
  return { username, password: made.body.password, token: secret };
}
const write = (body: string | Uint8Array, query = '', headers: Record<string, string> = {}) =>
  core.send('POST', `//api/v2/write?org=plant&bucket=telegraf${query}`, {
    body,
    headers: { authorization: `Token ${gateway.token}`, ...headers },
  });
interface Machine {
  machine_id: string;
  name: string;
  location: string;
  latest: Record<string, unknown> | null;
}
const machineNamed = async (name: string) => {
  const { machines } = (
    await core.as<{ machines: Machine[] }>('Operator', 'GET', `/data/machines?search=${name}&limit=1`)
  ).body;
  return machines[0] as Machine;
};
const readingsOf = async (name: string) => {
  const { machine_id: id } = await machineNamed(name);
  const path = `/data/machine/${id}?start_time=2000-01-01&fields=all&order=asc&limit=-1`;
  return (await core.as<{ data: Record<string, unknown>[] }>('Operator', 'GET', path)).body.data;
};

describe('the examples of Telegraf', () => {
  it('cpu and mem of one host and time are one reading', async () => {
    const reply = await write(
      [
        'cpu,cpu=cpu-total,host=lab1 usage_active=17.61,usage_guest=1.03,usage_idle=82.38,usage_iowait=0 1568760922000000000',
        'mem,host=lab1 active=9299595264i,available=16818249728i,available_percent=80.41,total=20855394304i,used=2160377856i 1568760922000000000',
      ].join('\n'),
    );
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(await readingsOf('lab1')).toMatchObject([
      {
        timestamp: '2019-09-17T22:55:22.000Z',
        usage_active: 17.61,
        usage_iowait: 0,
        total: 20855394304,
        available_percent: 80.41,
      },
    ]);
  });

  it('modbus: registers are metrics, and the machine is a tag of the configuration', async () => {
    const reply = await write(
      'modbus,machine=Meter\\ 4,name=Device,slave_id=1,type=holding_register Current=1.22,Energy=0,Frequency=60i,Power=0,Voltage=123.9000015258789 1554079521000000000\n' +
        'modbus,machine=Meter\\ 4,name=Device,slave_id=1,type=coil motor1_run=true,motor1_jog=false 1554079521000000000\n',
    );
    expect(reply.status).toBe(204);
    expect(await readingsOf('Meter%204')).toMatchObject([
      { current: 1.22, frequency: 60, motor1_run: true, motor1_jog: false },
    ]);
  });

  it('opcua: each node is a line, with the quality of its value', async () => {
    const reply = await write(
      'opcua,host=opc-gw,id=ns\\=3;s\\=Press04.Temperature oil_temp=76.2,Quality="OK (0x0)" 1709572232000000000\n' +
        'opcua,host=opc-gw,id=ns\\=3;s\\=Press04.Pressure oil_pressure=101.4,Quality="Uncertain (0x40000000)" 1709572232000000000\n' +
        'opcua,host=opc-gw,id=ns\\=3;s\\=Press04.Flow flow=7,quality="Bad (0x80000000)" 1709572232000000000\n' +
        'opcua,host=opc-gw,id=ns\\=3;s\\=Press04.Mode mode="auto",Quality="grade B" 1709572233000000000\n',
    );
    expect(reply.status).toBe(204);
    const [first, second] = await readingsOf('opc-gw');
    expect(first).toMatchObject({
      oil_temp: 76.2,
      oil_pressure: 101.4,
      flow: null,
      quality: { oil_pressure: 'uncertain', flow: 'bad' },
    });
    expect(second).toMatchObject({ mode: 'auto', opcua_quality: 'grade B' });
  });

  it('mqtt_consumer: a single field value has the name of its measurement', async () => {
    const reply = await write(
      'mqtt_consumer,host=pop-os,topic=telegraf/host01/cpu value=45i 1653579140440951943\n' +
        'mqtt_consumer,host=pop-os,topic=telegraf/host01/cpu value=100i 1653579153147395661\n' +
        'oil_level,host=pop-os value=3.5,unit="L" 1653579153147395661\n',
    );
    expect(reply.status).toBe(204);
    expect(await readingsOf('pop-os')).toMatchObject([
      { timestamp: '2022-05-26T15:32:20.440Z', mqtt_consumer: 45 },
      { timestamp: '2022-05-26T15:32:33.147Z', mqtt_consumer: 100, oil_level: 3.5 },
    ]);
  });

  it('the same field of two series at one time is refused by name, since only one of them could be stored', async () => {
    const lines = [
      'cpu,cpu=cpu0,host=lab2 usage_idle=92.5 1568760922000000000',
      'cpu,cpu=cpu1,host=lab2 usage_idle=89.5 1568760922000000000',
      'cpu,cpu=cpu2,host=lab2 usage_idle=92.5,usage_user=1 1568760922000000000',
    ];
    const reply = await write(lines.join('\n'));
    expect(reply.status).toBe(400);
    expect(reply.body.message).toBe(
      'partial write: line[2].usage_idle: Two lines of this machine and time have this field, with different tags dropped=1',
    );
    expect(await readingsOf('lab2')).toMatchObject([{ usage_idle: 92.5, usage_user: 1 }]);
    expect((await write(`${lines[1]}\n${lines[1]?.replace('89.5', '90')}`)).status).toBe(204);
    expect(await readingsOf('lab2')).toMatchObject([{ usage_idle: 90 }]);
  });
});

describe('a write', () => {
  it('takes every form of credentials, at both addresses', async () => {
    const { username, password, token } = gateway;
    const basic = (user: string, pass: string) => ({
      authorization: `Basic ${Buffer.from(`${user}:${pass}`).toString('base64')}`,
    });
    const forms: [string, Record<string, string>][] = [
      ['//write?db=telegraf', basic(username, password)],
      ['//write?db=telegraf', basic('', token)],
      [`//write?db=telegraf&u=${username}&p=${password}`, {}],
      [`//write?db=telegraf&u=x&p=${token}`, {}],
      ['//api/v2/write', { authorization: `Token ${username}:${password}` }],
      ['//api/v2/write', { authorization: `Bearer ${token}` }],
      ['//api/v2/write', { 'x-api-key': token }],
    ];
    for (const [path, headers] of forms) {
      const reply = await core.send('POST', path, { headers, body: 'forms,host=credentials n=1i' });
      expect([reply.status, path]).toEqual([204, path]);
    }
    const wrong = await core.send('POST', `//write?u=${username}&p=wrong`, { body: 'm f=1' });
    expect(wrong).toMatchObject({
      status: 401,
      body: { status: 'error', code: 'unauthorized', error: expect.any(String) },
    });
    expect((await core.send('POST', '//write', { body: 'm f=1' })).status).toBe(401);
    expect((await core.send('GET', `/data/machines?u=${username}&p=${password}`)).status).toBe(401);
    const operator = await core.as('Operator', 'POST', '//write?machine=credentials', { body: 'm n=2i' });
    expect(operator.status).toBe(204);
  });

  it('has the precision and the machine of the address', async () => {
    expect((await write('m,location=Hall\\ 9 level=1 1768473000', '&precision=s&machine=by-address')).status).toBe(204);
    expect(await readingsOf('by-address')).toMatchObject([{ timestamp: '2026-01-15T10:30:00.000Z', level: 1 }]);
    expect((await machineNamed('by-address')).location).toBe('Hall 9');
    expect(await write('m n=1', '&precision=weeks')).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });

  it('may be compressed, and of any content type', async () => {
    for (const type of ['text/plain; charset=utf-8', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-encoding': 'gzip', 'content-type': type };
      expect((await write(gzipSync('m,host=zipped n=1'), '', headers)).status, type).toBe(204);
    }
    const gzip = { 'content-encoding': 'gzip' };
    expect((await write('not gzip', '', gzip)).status).toBe(400);
    expect((await write('m n=1', '', { 'content-encoding': 'br' })).status).toBe(415);
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, '#'));
    expect(await write(bomb, '', gzip)).toMatchObject({ status: 413, body: { code: 'request too large' } });
    expect((await write('m f=1\n'.repeat(50_001))).status).toBe(413);
    expect((await write('x'.repeat(17 * 1024 * 1024))).status).toBe(413);
    for (const empty of ['', '\n\n', '# nothing\n']) expect((await write(empty)).status).toBe(204);
  });

  it('stores good lines beside bad ones, and names the bad ones as InfluxDB does', async () => {
    const reply = await write(
      'cpu\nm,host=partly level=1,text="free" 1768473000000000000\nno_machine n=1\nm,host=partly n=x\nm,host=partly late=1 9768473000000000000\n',
    );
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid' } });
    const { error } = reply.body as { error: string };
    expect(error).toBe(reply.body.message);
    expect(error).toMatch(/^partly|^partial write: unable to parse 'cpu': missing fields; /);
    expect(error).toContain("unable to parse 'm,host=partly n=x': invalid number");
    expect(error).toContain('line[3]: The line has no tag machine or host');
    expect(error).toContain('line[5].timestamp: Is more than 5 minutes ahead of the server');
    expect(error).toMatch(/ dropped=4$/);
    expect(await readingsOf('partly')).toMatchObject([{ level: 1, text: 'free' }]);
    const none = await write('cpu\nmem');
    expect(none.body.error).toBe("unable to parse 'cpu': missing fields; unable to parse 'mem': missing fields");
    const many = await write('cpu\n'.repeat(9));
    expect(many.body.error).toMatch(/; and 4 more$/);
    const rejected = await core.as<{ counts: Record<string, number> }>('Management', 'GET', '/ingest/rejected');
    expect(rejected.body.counts).toMatchObject({ not_line_protocol: 13, in_the_future: 1 });
  });

  it('stores what is not plausible as bad, which is no fault of the line', async () => {
    expect((await write('m,host=implausible speed=1e9,temperature=20 1768473000000000000')).status).toBe(204);
    expect(await readingsOf('implausible')).toMatchObject([
      { speed: null, temperature: 20, quality: { speed: 'bad' } },
    ]);
  });

  it('is refused for machines that are not of the gateway', async () => {
    const own = await core.addMachine('Own press');
    await core.addMachine('Foreign press');
    const { token } = await addGateway('Bound', { scope: 'machines', machine_ids: [own] });
    const reply = await core.send('POST', '//write', {
      headers: { 'x-api-key': token },
      body: 'm,machine=Own\\ press n=1\nm,machine=Foreign\\ press n=1\nm,machine=Foreign\\ press k=1\n',
    });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toBe(
      'partial write: line[2].machine_id: The gateway may not send readings of this machine dropped=2',
    );
  });

  it('may use names that mean something in readings', async () => {
    const body =
      'm,host=reserved timestamp=1i,location="x",unit=3,level=4\nquality,host=reserved value=2\n__proto__,host=reserved value=5';
    expect((await write(body)).status).toBe(204);
    expect((await readingsOf('reserved'))[0]).toMatchObject({ m_timestamp: 1, m_location: 'x', m_unit: 3, level: 4 });
  });
});

describe('what clients of InfluxDB 1 ask', () => {
  it('is answered with a version', async () => {
    for (const method of ['GET', 'HEAD']) {
      const reply = await core.send(method, '//ping');
      expect([reply.status, reply.headers.get('x-influxdb-version')]).toEqual([204, '1.8.10']);
    }
    expect((await core.send('GET', '//health')).body).toMatchObject({ status: 'healthy' });
  });

  it('is answered for databases only', async () => {
    const headers = { 'x-api-key': gateway.token };
    const ask = (q: string) => core.send('GET', `//query?q=${encodeURIComponent(q)}`, { headers });
    expect(await ask('SHOW DATABASES')).toMatchObject({
      status: 200,
      body: {
        results: [{ statement_id: 0, series: [{ name: 'databases', columns: ['name'], values: [['gonsters']] }] }],
      },
    });
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ q: 'CREATE DATABASE "telegraf" WITH DURATION 1d; drop database x;' }).toString();
    expect(await core.send('POST', '//query', { headers: form, body })).toMatchObject({
      status: 200,
      body: { results: [{ statement_id: 0 }, { statement_id: 1 }] },
    });
    for (const q of ['SELECT * FROM cpu', 'DROP MEASUREMENT cpu', 'SHOW DATABASES; DROP SERIES FROM cpu', ' ; ']) {
      expect(await ask(q), q).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    }
    expect((await core.send('POST', '//query', { headers })).status).toBe(400);
    expect((await core.send('GET', '//query?q=SHOW+DATABASES')).status).toBe(401);
  });
});

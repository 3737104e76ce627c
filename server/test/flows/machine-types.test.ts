// Machine types over HTTP: their rules, templates, and the file in which they travel.

import {
  type ImportReply,
  type MachineTypeTemplate,
  METRIC_NAMES,
  type MetricFile,
  machineTypeTemplatesSchema,
  metricFileSchema,
} from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

type Body = Record<string, unknown>;
const put = (name: string, body: object) =>
  core.as<Body>('Supervisor', 'PUT', `/machine-types/${encodeURIComponent(name)}`, { body });
const getType = async (name: string) =>
  (await core.as<Body>('Operator', 'GET', `/machine-types/${encodeURIComponent(name)}`)).body.machine_type;
const importFile = (file: object, preview: boolean, at = core) =>
  at.as<ImportReply>('Management', 'POST', `/machine-types/import?preview=${preview}`, { body: file });
const exportFile = async (at = core) => (await at.as<MetricFile>('Operator', 'GET', '/machine-types/export')).body;
const templates = async (language = 'en') =>
  (
    await core.as<{ templates: MachineTypeTemplate[] }>(
      'Operator',
      'GET',
      `/machine-types/templates?language=${language}`,
    )
  ).body.templates;

describe('a machine type', () => {
  it('is made by the first machine of an unknown sensor type, and cannot be deleted while it is used', async () => {
    const machineId = await core.addMachine('Robot 1', 'Hall A', 'Robot / ABB');
    expect(await getType('Robot / ABB')).toMatchObject({ metrics: [], limits: {}, machines: 1 });
    const remove = () => core.as('Management', 'DELETE', `/machine-types/${encodeURIComponent('Robot / ABB')}`);
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await core.as('Supervisor', 'PATCH', `/data/machines/${machineId}`, { body: { sensor_type: 'robot' } });
    expect(await getType('robot')).toMatchObject({ machines: 1 });
    expect(await remove()).toMatchObject({ status: 200 });
    expect(await remove()).toMatchObject({ status: 404 });
  });

  it('says what its machines have, which a machine may override', async () => {
    const machineId = await core.addMachine('Grinder 1', 'Hall A', 'grinder');
    await core.as('Management', 'POST', '/metrics', { body: { name: 'wheel_wear', unit: 'µm', min: 0, max: 500 } });
    await core.as('Management', 'POST', '/metrics', {
      body: { name: 'mode', kind: 'state', states: ['AUTO', 'STOP'] },
    });
    const body = {
      metrics: [{ name: 'wheel_wear', label: 'Wear', max: 400 }, { name: 'mode' }],
      headline: ['wheel_wear'],
      limits: { wheel_wear: { high: 300 }, temperature: { high: 70 } },
      inactivity_timeout: 120,
      state: { metric: 'mode', running: ['AUTO'], stopped: ['STOP'] },
    };
    expect(await put('grinder', body)).toMatchObject({ status: 200, body: { machine_type: { ...body, charts: [] } } });
    // The limits of the seed's metrics are those of the sensor type.
    const { body: limits } = await core.as<Body>('Operator', 'GET', '/data/sensor-types/grinder/limits');
    expect(limits).toMatchObject({ limits: { temperature: { high: 70 } } });
    await core.as('Supervisor', 'PUT', '/data/sensor-types/grinder/limits', { body: { speed: { high: 3000 } } });
    expect(await getType('grinder')).toMatchObject({ limits: { wheel_wear: { high: 300 }, speed: { high: 3000 } } });

    const path = `/data/machines/${machineId}/metrics`;
    const overrides = { metrics: [{ name: 'wheel_wear', max: 350 }], inactivity_timeout: 30 };
    expect(await core.as('Operator', 'PUT', path, { body: overrides })).toMatchObject({ status: 403 });
    expect((await core.as('Supervisor', 'PUT', path, { body: overrides })).status).toBe(200);
    await core.as('Supervisor', 'PUT', `/data/machines/${machineId}/limits`, { body: { speed: { low: 10 } } });
    const { body: machine } = await core.as<{ metrics: { name: string }[] }>('Operator', 'GET', path);
    expect(machine.metrics.map(({ name }) => name)).toEqual(['wheel_wear', 'mode', ...METRIC_NAMES]);
    expect(machine).toMatchObject({
      headline: ['wheel_wear'],
      charts: ['wheel_wear'],
      inactivity_timeout: { value: 30, source: 'machine' },
      overrides,
      metrics: [
        {
          ...{ label: 'Wear', min: 0, max: 350, unit: 'µm', of_type: true },
          sources: { label: 'type', min: 'plant', max: 'machine', limits: { high: 'type', low: null } },
        },
        { kind: 'state', states: ['AUTO', 'STOP'] },
        {
          name: 'temperature',
          limits: { high: 80, high_high: 88 },
          sources: { limits: { high: 'plant', high_high: 'high' } },
        },
        {},
        { name: 'speed', limits: { low: 10, high: 3000 }, sources: { limits: { low: 'machine', high: 'type' } } },
      ],
    });
    const { body: audit } = await core.as<Body>('Management', 'GET', '/audit?action=machine_metrics.update&limit=1');
    expect(audit).toMatchObject({ entries: [{ target: machineId, details: { name: 'Grinder 1' } }] });
    // What a type lists cannot be deleted.
    expect(await core.as('Management', 'DELETE', '/metrics/wheel_wear')).toMatchObject({ status: 409 });
  });

  it.each([
    [{ metrics: [{ name: 'nothing' }] }, 'metrics[0].name'],
    [{ metrics: [{ name: 'speed' }, { name: 'speed' }] }, 'metrics'],
    [{ metrics: [{ name: 'speed', min: 9, max: 8 }] }, 'metrics[0].max'],
    [{ headline: ['nothing'] }, 'headline[0]'],
    [{ headline: ['speed', 'speed'] }, 'headline'],
    [{ limits: { nothing: { high: 1 } } }, 'limits.nothing'],
    [{ limits: { speed: { low: 2, high: 1 } } }, 'limits.speed.high'],
    [{ state: { metric: 'speed' } }, 'state.metric'],
    [{ inactivity_timeout: 0 }, 'inactivity_timeout'],
    [{ colour: 'red' }, 'colour'],
  ])('is refused with %j because of %s', async (body, field) => {
    expect(await put('unfit', body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect(await getType('unfit')).toBeUndefined();
  });
});

describe('a template', () => {
  it('changes nothing until it is imported, and then fits', async () => {
    const before = await exportFile();
    const all = await templates();
    expect(machineTypeTemplatesSchema.parse({ status: 'success', templates: all }).templates).toHaveLength(8);
    expect(await exportFile()).toEqual(before);
    for (const { name, file } of all) {
      const { body } = await importFile(file, false);
      expect(body.left_out).toEqual([]);
      expect(body.changes).toContainEqual(expect.objectContaining({ kind: 'machine_type', name, action: 'create' }));
      expect((await importFile(file, true)).body).toMatchObject({ changes: [], left_out: [] });
      expect(await getType(name)).toMatchObject({ metrics: file.machine_types[0]?.metrics });
    }
  });

  it('is in English and Indonesian', async () => {
    const [english, indonesian] = await Promise.all([templates('en'), templates('id')]);
    for (const [i, { name, label }] of english.entries()) {
      expect(indonesian[i]).toMatchObject({ name });
      if (label !== 'Motor') expect(indonesian[i]?.label).not.toBe(label);
    }
  });
});

describe('a file of metrics and machine types', () => {
  it('brings a plant to another one', async () => {
    const other = await startCore();
    onTestFinished(() => other.remove());
    const file = metricFileSchema.parse(await exportFile());
    const preview = await importFile(file, true, other);
    expect(preview).toMatchObject({ status: 200, body: { preview: true, left_out: [] } });
    expect((await other.as<Body>('Operator', 'GET', '/machine-types')).body).toMatchObject({ count: 0 });
    const { body } = await importFile(file, false, other);
    expect(body.changes).toEqual(preview.body.changes);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    const sorted = ({ metrics, machine_types }: MetricFile) => [metrics.sort(byName), machine_types.sort(byName)];
    expect(sorted(await exportFile(other))).toEqual(sorted(file));
    expect((await importFile(file, false, other)).body).toMatchObject({
      changes: [],
      unchanged: file.metrics.length + file.machine_types.length,
    });
  });

  it('says what it changes on how many machines, and leaves out what contradicts the plant', async () => {
    await core.addMachine('Lathe 1', 'Hall A', 'lathe');
    await put('lathe', { metrics: [{ name: 'speed' }], limits: { speed: { high: 3000 } } });
    await core.as('Management', 'POST', '/metrics', { body: { name: 'turns', kind: 'counter' } });
    const file = {
      ...{ format: 'gonsters-metrics', version: 1 },
      metrics: [
        { name: 'temperature', limits: { high: 84 }, label: 'Temperature' },
        { name: 'pressure', unit_code: 'bar' },
        { name: 'turns', kind: 'gauge' },
        { name: 'brand_new', unit: 'µm' },
        { name: 'ranged', min: 2, max: 1 },
      ],
      machine_types: [
        { name: 'lathe', metrics: [{ name: 'speed', decimals: 1 }], limits: { speed: { high: 3100 } } },
        { name: 'unknown metric', metrics: [{ name: 'nothing' }] },
      ],
    };
    const expected = {
      changes: [
        { name: 'temperature', action: 'update', fields: [{ field: 'limits.high', before: 80, after: 84 }] },
        { name: 'brand_new', action: 'create' },
        {
          ...{ kind: 'machine_type', name: 'lathe', action: 'update', machines: 1 },
          fields: [
            { field: 'limits.speed.high', before: 3000, after: 3100 },
            { field: 'metrics.speed.decimals', before: null, after: 1 },
          ],
        },
      ],
      left_out: [
        { name: 'pressure', error: 'The unit of pressure is bar in the file and kPa here' },
        { name: 'turns', error: 'turns is a gauge in the file and a counter here' },
        { name: 'ranged', error: 'max must be greater than min (2)' },
        { name: 'unknown metric', error: 'metrics[0].name: name is not the name of a metric' },
      ],
    };
    const { body: preview } = await importFile(file, true);
    const sortFields = ({ changes, ...rest }: ImportReply) => ({
      ...rest,
      changes: changes.map(({ fields, ...each }) => ({
        ...each,
        fields: fields.sort((a, b) => (a.field < b.field ? -1 : 1)),
      })),
    });
    expect(sortFields(preview)).toMatchObject(expected);
    expect((await core.as<Body>('Operator', 'GET', '/config')).body).toMatchObject({
      config: { max_temperature_threshold: '80.0' },
    });
    expect(sortFields((await importFile(file, false)).body)).toMatchObject(expected);
    expect((await core.as<Body>('Operator', 'GET', '/config')).body).toMatchObject({
      config: { max_temperature_threshold: '84' },
    });
    const { body: audit } = await core.as<Body>('Management', 'GET', '/audit?action=machine_type.import&limit=1');
    expect(audit).toMatchObject({
      entries: [{ details: { metrics: ['temperature', 'brand_new'], machine_types: ['lathe'] } }],
    });
    expect(await core.as('Supervisor', 'POST', '/machine-types/import', { body: file })).toMatchObject({ status: 403 });
  });
});

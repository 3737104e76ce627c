// The events of a dashboard: overview, detail and alerts on one connection.

import { randomUUID } from 'node:crypto';
import {
  type DetailFrame,
  decodeDetailFrame,
  decodeOverviewFrame,
  FRAMES_VERSION,
  type FrameValues,
  METRICS,
  type StatusChange,
} from '@gonsters/contract';
import { describe, expect, it, vi } from 'vitest';
import { type Client, collect, next, openPlant, readingsOf } from './support/live-plant.ts';

const OVERVIEW = { overview: true, detail: [], hz: 1, frames: FRAMES_VERSION };

interface Overview {
  seq: number;
  machineIds: string[];
  /** Ids of the machines that this frame introduces, by number. */
  named: string[];
  timestampsMs: number[];
  /** Of each metric that every machine has, by row; NaN where not measured. */
  values: number[][];
}

/** The values of a row for the metrics that every machine has. */
const valuesOf = ({ starts, metrics, values }: FrameValues, row: number): number[] =>
  METRICS.map((_, metric) => {
    const at = metrics.subarray(0, starts[row + 1]).indexOf(metric, starts[row]);
    return at < 0 ? Number.NaN : (values[at] as number);
  });

/** Decodes the frames of one connection: a machine number is valid from the frame that introduces it. */
function overviewReader(): (seq: number, bytes: Uint8Array | ArrayBuffer) => Overview {
  const names = new Map<number, string>();
  return (seq, bytes) => {
    const frame = decodeOverviewFrame(bytes);
    const { named, machines, timestampsMs } = frame;
    named.machineIds.forEach((machineId, i) => {
      names.set(named.machines[i] as number, machineId);
    });
    return {
      seq,
      machineIds: Array.from(machines, (machine) => names.get(machine) as string),
      named: named.machineIds,
      timestampsMs: [...timestampsMs],
      values: METRICS.map((_, metric) => Array.from(machines, (__, row) => valuesOf(frame, row)[metric] as number)),
    };
  };
}

/** Collects overview frames and acknowledges each at once. */
function overviewOf(client: Client): Overview[] {
  const frames: Overview[] = [];
  const read = overviewReader();
  client.on('overview', (seq, frame, taken) => {
    frames.push(read(seq, frame));
    taken();
  });
  return frames;
}

function detailOf(client: Client): DetailFrame[] {
  const frames: DetailFrame[] = [];
  client.on('detail', (frame, taken) => {
    frames.push(decodeDetailFrame(frame));
    taken();
  });
  return frames;
}

const rowsOf = (frames: readonly DetailFrame[]) =>
  frames.flatMap((frame) =>
    Array.from(frame.timestampsMs, (timestampMs, row) => ({
      machineId: frame.machineIds[frame.machineIndex[row] as number],
      timestampMs,
      values: valuesOf(frame, row),
    })),
  );

describe('set_view', () => {
  it('answers with the accepted view: known machines once, at most twelve, a rate within bounds', async () => {
    const plant = await openPlant({ machines: 20 });
    const client = plant.connect();
    const [first] = plant.machineIds as [string];
    client.emit('set_view', {
      frames: FRAMES_VERSION,
      overview: true,
      detail: [randomUUID(), first, first, ...plant.machineIds],
      hz: 50,
    });
    expect(await next(client, 'view')).toEqual({ overview: true, detail: plant.machineIds.slice(0, 12), hz: 1 });
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [], hz: 0.001 });
    expect(await next(client, 'view')).toEqual({ overview: false, detail: [], hz: 0.2 });
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [], hz: 0.45 });
    expect(await next(client, 'view')).toEqual({ overview: false, detail: [], hz: 0.5 });
  });

  it('refuses an invalid view and keeps the previous one', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    const frames = overviewOf(client);
    client.emit('set_view', OVERVIEW);
    await next(client, 'view');
    const errors = collect(client, 'subscribe_error');
    const wild = client as unknown as { emit(name: string, ...args: unknown[]): void };
    const bad = [
      undefined,
      null,
      [],
      'view',
      { ...OVERVIEW, overview: 'yes' },
      { ...OVERVIEW, detail: [7] },
      { ...OVERVIEW, hz: 0 },
      { ...OVERVIEW, alerts_since: -1 },
    ];
    for (const payload of bad) wild.emit('set_view', payload);
    await vi.waitFor(() => expect(errors.length).toBe(bad.length));
    expect(new Set(errors.map((error) => error.code))).toEqual(new Set(['validation_failed']));
    await vi.waitFor(() => expect(frames.length).toBe(1));
  });
});

describe('the overview', () => {
  it('begins with every machine that has readings, then contains the newest values of machines that changed', async () => {
    const plant = await openPlant();
    const [one, two] = plant.machineIds as [string, string];
    const now = Date.now();
    plant.announce(readingsOf([one, now - 2000, [20, 30]], [two, now - 1000, [21]]));
    const client = plant.connect();
    const frames = overviewOf(client);
    client.emit('set_view', OVERVIEW);
    await vi.waitFor(() => expect(frames.length).toBe(1));
    const order = frames[0]?.machineIds[0] === one ? [0, 1] : [1, 0];
    expect(order.map((i) => frames[0]?.timestampsMs[i])).toEqual([now - 2000, now - 1000]);
    expect(frames[0]?.values.map((column) => order.map((i) => column[i]))).toEqual([
      [20, 21],
      [30, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
    plant.announce(readingsOf([two, now, [22]], [two, now + 1, [23]], [one, now - 3000, [1]]));
    await vi.waitFor(() => expect(frames.length).toBe(2), { timeout: 10_000 });
    expect(frames[1]).toMatchObject({ seq: 2 });
    const row = frames[1]?.machineIds.indexOf(two) as number;
    expect(frames[1]?.values[0]?.[row]).toBe(23);
    // A late reading does not change the newest value.
    const late = frames[1]?.machineIds.indexOf(one) as number;
    if (late >= 0) expect(frames[1]?.values[0]?.[late]).toBe(20);
  });

  it('waits for the acknowledgement, and then contains everything that changed meanwhile', async () => {
    const plant = await openPlant();
    const [one, two] = plant.machineIds as [string, string];
    const prompt = overviewOf(plant.connect().emit('set_view', OVERVIEW));
    const client = plant.connect();
    const frames: Overview[] = [];
    const read = overviewReader();
    let taken = () => {};
    client.on('overview', (seq, frame, acknowledge) => {
      frames.push(read(seq, frame));
      taken = acknowledge;
    });
    client.emit('set_view', OVERVIEW);
    await vi.waitFor(() => expect(frames.length).toBe(1));
    const now = Date.now();
    plant.announce(readingsOf([one, now, [20]]));
    await vi.waitFor(() => expect(prompt.length).toBe(2), { timeout: 10_000 });
    plant.announce(readingsOf([two, now, [21]]));
    await vi.waitFor(() => expect(prompt.length).toBe(3), { timeout: 10_000 });
    expect(frames.length).toBe(1);
    taken();
    await vi.waitFor(() => expect(frames.length).toBe(2), { timeout: 10_000 });
    expect(new Set(frames[1]?.machineIds)).toEqual(new Set([one, two]));
    expect(frames[1]?.seq).toBe(2);
  });

  it('introduces each machine once per connection, also one that is added later', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    const frames = overviewOf(client);
    client.emit('set_view', OVERVIEW);
    await vi.waitFor(() => expect(frames.length).toBe(1));
    const [one] = plant.machineIds as [string];
    for (const [frame, named] of [
      [1, [one]],
      [2, []],
    ] as const) {
      plant.announce(readingsOf([one, Date.now(), [20 + frame]]));
      await vi.waitFor(() => expect(frames.length).toBe(frame + 1), { timeout: 10_000 });
      expect(frames[frame]).toMatchObject({ machineIds: [one], named });
    }

    await plant.machines.delete(one);
    const input = { name: 'Press 9', location: 'Hall', sensor_type: 'press', status: 'active' as const };
    const [added] = await plant.machines.create([input]);
    plant.announce(readingsOf([added?.machine_id as string, Date.now(), [21]]));
    await vi.waitFor(() => expect(frames.length).toBe(4), { timeout: 10_000 });
    expect(frames[3]).toMatchObject({ machineIds: [added?.machine_id], named: [added?.machine_id] });

    client.emit('set_view', { ...OVERVIEW, overview: false });
    client.emit('set_view', OVERVIEW);
    await vi.waitFor(() => expect(frames.length).toBe(5), { timeout: 10_000 });
    expect(frames[4]).toMatchObject({ machineIds: [added?.machine_id], named: [] });

    const second = overviewOf(plant.connect().emit('set_view', OVERVIEW));
    await vi.waitFor(() => expect(second.length).toBe(1));
    expect(second[0]).toMatchObject({ seq: 1, machineIds: [added?.machine_id], named: [added?.machine_id] });
  });

  it('reports a frame that is not acknowledged for two seconds, and the recovery', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    let taken = () => {};
    client.on('overview', (_seq, _frame, acknowledge) => {
      taken = acknowledge;
    });
    client.emit('set_view', OVERVIEW);
    expect(await next(client, 'degraded')).toMatchObject({ degraded: true });
    expect((await plant.metrics.liveDegraded.get()).values[0]?.value).toBe(1);
    taken();
    expect(await next(client, 'degraded')).toMatchObject({ degraded: false });
  });

  it('works over long polling', async () => {
    const plant = await openPlant();
    const client = plant.connect({ transports: ['polling'] });
    const frames = overviewOf(client);
    const details = detailOf(client);
    const [one] = plant.machineIds as [string];
    client.emit('set_view', { frames: FRAMES_VERSION, overview: true, detail: [one], hz: 1 });
    await vi.waitFor(() => expect(frames.length).toBe(1));
    plant.announce(readingsOf([one, Date.now(), [20]]));
    await vi.waitFor(() => expect(frames[1]?.values[0]).toEqual([20]), { timeout: 10_000 });
    expect(rowsOf(details).length).toBe(1);
  });

  it('is not sent to a client that did not ask for it', async () => {
    const plant = await openPlant();
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const names: string[] = [];
    client.onAny((name: string) => names.push(name));
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [], hz: 0.2 });
    await next(client, 'view');
    const other = overviewOf(plant.connect().emit('set_view', OVERVIEW));
    await vi.waitFor(() => expect(other.length).toBe(1));
    plant.announce(readingsOf([one, Date.now(), [60]]));
    await vi.waitFor(() => expect(other.length).toBe(2), { timeout: 10_000 });
    expect(names).toEqual(['connected', 'view']);
  });
});

describe('the status', () => {
  it('of every machine is sent first, then each change within 250 ms', async () => {
    const plant = await openPlant();
    const [one, two] = plant.machineIds as [string, string];
    const client = plant.connect();
    client.emit('set_view', OVERVIEW);
    const all = await next(client, 'status');
    expect(new Set(all.map((change) => change.machine_id))).toEqual(new Set(plant.machineIds));
    expect(all[0]).toMatchObject({ status: 'active', connection: 'never', severity: null });

    const online = next(client, 'status');
    plant.announce(readingsOf([one, Date.now(), [60]]));
    expect(await online).toEqual<StatusChange[]>([
      { machine_id: one, status: 'active', connection: 'online', severity: null },
    ]);

    const critical = next(client, 'status', ([change]) => change?.severity === 'critical');
    plant.announce(readingsOf([one, Date.now() + 1, [95]]));
    expect((await critical).map((change) => change.machine_id)).toEqual([one]);

    const maintenance = next(client, 'status', ([change]) => change?.machine_id === two);
    await plant.machines.update(two, { status: 'maintenance' });
    expect(await maintenance).toMatchObject([{ machine_id: two, status: 'maintenance' }]);
  });

  it('of the machines in detail is sent without the overview, too', async () => {
    const plant = await openPlant();
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [one], hz: 1 });
    expect(await next(client, 'status')).toMatchObject([{ machine_id: one, connection: 'never' }]);
    const changed = next(client, 'status');
    plant.announce(readingsOf([one, Date.now(), [60]]));
    expect(await changed).toMatchObject([{ machine_id: one, connection: 'online' }]);
  });
});

describe('the detail', () => {
  it('contains every reading of the machines shown, in order, and no others', async () => {
    const plant = await openPlant();
    const [one, two, three] = plant.machineIds as [string, string, string];
    const client = plant.connect();
    const frames = detailOf(client);
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [one, two], hz: 1 });
    await next(client, 'view');
    const now = Date.now();
    const sent = Array.from({ length: 300 }, (_, i) => ({
      machineId: [one, two, three][i % 3] as string,
      timestampMs: now + i,
      values: [i / 4, Number.NaN, i],
    }));
    for (let i = 0; i < sent.length; i += 50) {
      const batch = sent.slice(i, i + 50);
      plant.announce(
        readingsOf(...batch.map((r): [string, number, number[]] => [r.machineId, r.timestampMs, r.values])),
      );
      await vi.waitFor(() => expect(rowsOf(frames).at(-1)?.timestampMs).toBeGreaterThan(now + i));
    }
    const expected = sent.filter((reading) => reading.machineId !== three);
    await vi.waitFor(() => expect(rowsOf(frames)).toEqual(expected));
    expect(frames.map((frame) => frame.seq)).toEqual(frames.map((_, i) => i + 1));
  });

  it('drops waiting readings of a machine that is no longer shown', async () => {
    const plant = await openPlant();
    const [one, two] = plant.machineIds as [string, string];
    const client = plant.connect();
    const frames: DetailFrame[] = [];
    let taken = () => {};
    client.on('detail', (frame, acknowledge) => {
      frames.push(decodeDetailFrame(frame));
      taken = acknowledge;
    });
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [one, two], hz: 1 });
    await next(client, 'view');
    const now = Date.now();
    plant.announce(readingsOf([one, now, [1]]));
    await vi.waitFor(() => expect(frames.length).toBe(1));
    plant.announce(readingsOf([one, now + 1, [2]], [two, now + 1, [3]], [one, now + 2, [4]]));
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [two], hz: 1 });
    await next(client, 'view');
    plant.announce(readingsOf([two, now + 3, [5]], [one, now + 3, [6]]));
    taken();
    await vi.waitFor(() => expect(frames.length).toBe(2));
    expect(rowsOf(frames.slice(1)).map((row) => [row.machineId, row.values[0]])).toEqual([
      [two, 3],
      [two, 5],
    ]);
  });

  it('that is not acknowledged for two seconds leaves a gap in the sequence and continues with the newest values', async () => {
    const plant = await openPlant();
    const [one, two] = plant.machineIds as [string, string];
    const client = plant.connect();
    const frames: DetailFrame[] = [];
    let taken = () => {};
    client.on('detail', (frame, acknowledge) => {
      frames.push(decodeDetailFrame(frame));
      taken = acknowledge;
    });
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [one, two], hz: 1 });
    await next(client, 'view');
    const degraded = next(client, 'degraded');
    const now = Date.now();
    for (let i = 0; i < 100; i++) plant.announce(readingsOf([one, now + i, [i]], [two, now + i, [-i]]));
    await vi.waitFor(() => expect(frames.length).toBe(1));
    for (let i = 100; i < 200; i++) plant.announce(readingsOf([one, now + i, [i]], [two, now + i, [-i]]));
    expect(await degraded).toMatchObject({ degraded: true });
    plant.announce(readingsOf([one, now + 200, [200]], [two, now + 200, [-200]]));
    const recovered = next(client, 'degraded');
    taken();
    expect(await recovered).toMatchObject({ degraded: false });
    await vi.waitFor(() => expect(frames.length).toBe(2));
    expect(frames[1]?.seq).toBe(3);
    expect(rowsOf(frames.slice(1)).map((row) => [row.machineId, row.values[0]])).toEqual([
      [one, 200],
      [two, -200],
    ]);
  });

  it('is bounded: a burst past the bound is reduced to the newest values', async () => {
    const plant = await openPlant();
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    const frames = detailOf(client);
    client.emit('set_view', { frames: FRAMES_VERSION, overview: false, detail: [one], hz: 1 });
    await next(client, 'view');
    const now = Date.now();
    const rows = Array.from({ length: 20_000 }, (_, i): [string, number, number[]] => [one, now + i, [60]]);
    plant.announce(readingsOf(...rows));
    await vi.waitFor(() => expect(rowsOf(frames).at(-1)?.timestampMs).toBe(now + 19_999));
    expect(frames[0]?.seq).toBe(2);
    expect(rowsOf(frames).length).toBe(1);
  });
});

describe('the alerts', () => {
  it('resume after the last sequence number, in order, without a gap or a repetition', async () => {
    const plant = await openPlant({ machines: 40 });
    const now = Date.now();
    const raise = (i: number) => plant.announce(readingsOf([plant.machineIds[i] as string, now, [85]]));
    for (let i = 0; i < 10; i++) raise(i);
    await plant.alerts.whenIdle();
    const { alerts: stored } = await plant.alerts.changedSince(0, 100);
    const seen = stored[3]?.seq as number;

    const client = plant.connect();
    const frames = collect(client, 'alerts');
    client.emit('set_view', { ...OVERVIEW, alerts_since: seen });
    // More changes arrive while the missed ones are read.
    for (let i = 10; i < 40; i++) {
      raise(i);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await plant.alerts.whenIdle();
    const { alerts: all } = await plant.alerts.changedSince(seen, 100);
    expect(all.length).toBe(36);
    await vi.waitFor(() => {
      expect(frames.flatMap((frame) => frame.alerts.map((alert) => alert.seq))).toEqual(all.map((alert) => alert.seq));
    });
    expect(frames.every((frame) => frame.complete)).toBe(true);
  });

  it('are sent as an empty frame where none was missed', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    client.emit('set_view', { ...OVERVIEW, alerts_since: 0 });
    expect(await next(client, 'alerts')).toEqual({ complete: true, alerts: [] });
  });

  it('request a reload when the sequence number is not one of this server, and continue from there', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    client.emit('set_view', { ...OVERVIEW, alerts_since: 1_000_000 });
    expect(await next(client, 'alerts')).toEqual({ complete: false, alerts: [] });
    const live = next(client, 'alerts');
    plant.announce(readingsOf([plant.machineIds[0] as string, Date.now(), [85]]));
    expect((await live).alerts).toMatchObject([{ machine_id: plant.machineIds[0], severity: 'warning' }]);
  });

  it('of the last request to resume replace those of one that is still being read', async () => {
    const plant = await openPlant();
    for (const machineId of plant.machineIds) plant.announce(readingsOf([machineId, Date.now(), [85]]));
    await plant.alerts.whenIdle();
    const { alerts: stored } = await plant.alerts.changedSince(0, 100);
    const client = plant.connect();
    const frames = collect(client, 'alerts');
    await next(client, 'connected');
    client.emit('set_view', { ...OVERVIEW, alerts_since: 0 });
    client.emit('set_view', { ...OVERVIEW, alerts_since: stored[1]?.seq as number });
    await next(client, 'status');
    await vi.waitFor(() => expect(frames.at(-1)?.alerts.map((alert) => alert.seq)).toEqual([stored[2]?.seq]));
  });
});

// The public event stream, as any Socket.IO client receives it.

import { randomUUID } from 'node:crypto';
import { isoTime, METRIC_NAMES, ROLE_PERMISSIONS } from '@gonsters/contract';
import { describe, expect, it, vi } from 'vitest';
import { collect, next, openPlant, readingsOf, refusal } from './support/live-plant.ts';

const T0 = Date.UTC(2026, 0, 15, 10, 30);

describe('connecting', () => {
  it('accepts a token as auth or query, with or without Bearer', async () => {
    const plant = await openPlant();
    const { token } = plant.tokens.issue();
    for (const how of [
      { auth: { token } },
      { auth: { token: `Bearer ${token}` } },
      { auth: {}, query: { token } },
      { auth: {}, query: { token: `bearer ${token}` } },
    ]) {
      const client = plant.connect(how);
      expect(await next(client, 'connected')).toMatchObject({ status: 'success' });
      client.disconnect();
    }
  });

  it('reports why a token is refused', async () => {
    const plant = await openPlant();
    const { token: revoked, sessionId } = plant.tokens.issue();
    plant.tokens.revoke(sessionId);
    const permissions = ROLE_PERMISSIONS.Operator.filter((permission) => permission !== 'read:sensor_data');
    const refusals = {
      unauthenticated: [{}, { token: '' }, { token: 7 }, { token: 'no-such-token' }, { token: 'Bearer ' }],
      token_expired: [{ token: plant.tokens.issue({ lifetimeMs: -1 }).token }],
      token_revoked: [{ token: revoked }],
      forbidden: [{ token: plant.tokens.issue({ permissions }).token }],
    };
    for (const [code, auths] of Object.entries(refusals)) {
      for (const auth of auths) expect(await refusal(plant.connect({ auth }))).toBe(code);
    }
  });

  it('refuses foreign pages, and accepts pages of the server, listed ones, and clients that are not pages', async () => {
    const plant = await openPlant({ corsOrigins: ['https://hall.example'] });
    for (const origin of ['https://evil.example', 'null', 'https://hall.example.evil.example']) {
      for (const transports of [['websocket'], ['polling']]) {
        const error = await refusal(plant.connect({ extraHeaders: { origin }, transports }));
        expect(error).toMatch(/error/);
      }
    }
    for (const origin of [plant.url, 'https://hall.example']) {
      await next(plant.connect({ extraHeaders: { origin } }), 'connected');
    }
  });
});

describe('readings', () => {
  it('are sent to a subscriber of all machines with every field, null where nothing was measured', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    client.emit('subscribe_all');
    expect(await next(client, 'subscribed_all')).toEqual({ status: 'success' });
    const event = next(client, 'sensor_data');
    const machineId = plant.machineIds[1] as string;
    plant.announce(readingsOf([machineId, T0, [61.5, Number.NaN, 1200]]));
    expect(await event).toEqual({
      machine_id: machineId,
      sensor_type: 'press',
      location: 'Halle 1 · Süd',
      timestamp: isoTime(T0),
      temperature: 61.5,
      pressure: null,
      speed: 1200,
    });
  });

  it('are sent once to a subscriber of one machine and of all, until it unsubscribes', async () => {
    const plant = await openPlant();
    const [one, other] = plant.machineIds as [string, string];
    const client = plant.connect();
    const events = collect(client, 'sensor_data');
    client.emit('subscribe_machine', { machine_id: one });
    expect(await next(client, 'subscribed')).toEqual({ machine_id: one, room: `machine_${one}` });
    plant.announce(readingsOf([one, T0, [1]], [other, T0, [2]]));
    client.emit('subscribe_all');
    await next(client, 'subscribed_all');
    plant.announce(readingsOf([one, T0 + 1000, [3]], [other, T0 + 1000, [4]]));
    client.emit('unsubscribe_machine', { machine_id: one });
    expect(await next(client, 'unsubscribed')).toEqual({ machine_id: one });
    plant.announce(readingsOf([one, T0 + 2000, [5]]));
    client.emit('unsubscribe_all');
    expect(await next(client, 'unsubscribed')).toEqual({ all: true });
    plant.announce(readingsOf([one, T0 + 3000, [6]], [other, T0 + 3000, [7]]));
    client.emit('subscribe_machine', { machine_id: other });
    await next(client, 'subscribed');
    plant.announce(readingsOf([one, T0 + 4000, [8]], [other, T0 + 4000, [9]]));
    await vi.waitFor(() => expect(events.at(-1)?.[METRIC_NAMES[0] as 'temperature']).toBe(9));
    expect(events.map((event) => event.temperature)).toEqual([1, 3, 4, 5, 9]);
  });

  it.each(['websocket', 'polling'])(
    'arrive complete and in order over %s, small and large batches',
    async (transport) => {
      const plant = await openPlant({ machines: 40 });
      const client = plant.connect({ transports: [transport] });
      const events = collect(client, 'sensor_data');
      client.emit('subscribe_all');
      await next(client, 'subscribed_all');
      const sizes = [1, 3, 499, 500, 501, 4000, 2];
      let sent = 0;
      for (const size of sizes) {
        const rows = Array.from({ length: size }, (_, i): [string, number, number[]] => [
          plant.machineIds[(sent + i) % 40] as string,
          T0 + sent + i,
          [20],
        ]);
        sent += size;
        plant.announce(readingsOf(...rows));
      }
      await vi.waitFor(() => expect(events.length).toBe(sent), { timeout: 10_000 });
      expect(events.map((event) => Date.parse(event.timestamp))).toEqual(
        Array.from({ length: sent }, (_, i) => T0 + i),
      );
    },
  );

  it('arrive complete while the client upgrades from polling to WebSocket', async () => {
    const plant = await openPlant();
    const client = plant.connect({ transports: ['polling', 'websocket'] });
    const events = collect(client, 'sensor_data');
    client.emit('subscribe_all');
    await next(client, 'subscribed_all');
    let sent = 0;
    await vi.waitFor(
      () => {
        plant.announce(readingsOf([plant.machineIds[0] as string, T0 + sent++, [20]]));
        expect(client.io.engine.transport.name).toBe('websocket');
      },
      { interval: 1 },
    );
    plant.announce(readingsOf([plant.machineIds[0] as string, T0 + sent++, [20]]));
    await vi.waitFor(() => expect(events.length).toBe(sent));
    expect(events.map((event) => Date.parse(event.timestamp))).toEqual(Array.from({ length: sent }, (_, i) => T0 + i));
  });
});

describe('requests', () => {
  it('that are invalid are answered with an error, and the connection still works', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    const errors = collect(client, 'subscribe_error');
    const wild = client as unknown as { emit(name: string, ...args: unknown[]): void };
    const bad = [
      [],
      [null],
      [7],
      ['text'],
      [[]],
      [{}],
      [{ machine_id: 7 }],
      [{ machine_id: null }],
      [{ machine_id: {} }],
    ];
    for (const args of bad) wild.emit('subscribe_machine', ...args);
    wild.emit('subscribe_machine', { machine_id: 'x'.repeat(100_000) });
    wild.emit('subscribe_machine', { machine_id: '__proto__' });
    wild.emit('subscribe_machine', { machine_id: Buffer.from('binary') });
    wild.emit('unsubscribe_machine', { machine_id: [] });
    wild.emit('no_such_event', { machine_id: 'x' });
    const unknown = randomUUID();
    client.emit('subscribe_machine', { machine_id: unknown });
    await vi.waitFor(() => expect(errors.at(-1)?.machine_id).toBe(unknown));
    expect(errors.at(-1)?.code).toBe('not_found');
    expect(errors.length).toBe(bad.length + 5);
    client.emit('subscribe_all');
    await next(client, 'subscribed_all');
  });

  it('for more than a thousand machines are refused with a hint at subscribe_all', async () => {
    const plant = await openPlant({ machines: 1001 });
    const client = plant.connect();
    for (const machineId of plant.machineIds) client.emit('subscribe_machine', { machine_id: machineId });
    expect(await next(client, 'subscribe_error')).toMatchObject({
      machine_id: plant.machineIds[1000],
      code: 'too_many_subscriptions',
    });
  });

  it('in a flood are ignored after one warning, and end with a disconnect', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    const errors = collect(client, 'subscribe_error');
    await next(client, 'connected');
    for (let i = 0; i < 3000; i++) client.emit('unsubscribe_all');
    await vi.waitFor(() => expect(errors.map((error) => error.code)).toEqual(['rate_limited']));
    for (let i = 0; i < 15_000; i++) client.emit('unsubscribe_all');
    await new Promise((resolve) => client.on('disconnect', resolve));
  });
});

describe('changes', () => {
  it('of alerts are sent to subscribers of the machine that have the permission', async () => {
    const plant = await openPlant();
    const [one, other] = plant.machineIds as [string, string];
    const permissions = ROLE_PERMISSIONS.Operator.filter((permission) => permission !== 'read:alerts');
    const all = plant.connect();
    const ofOther = plant.connect();
    const without = plant.connect({ auth: { token: plant.tokens.issue({ permissions }).token } });
    for (const client of [all, without]) client.emit('subscribe_all');
    ofOther.emit('subscribe_machine', { machine_id: other });
    await Promise.all([next(all, 'subscribed_all'), next(without, 'subscribed_all'), next(ofOther, 'subscribed')]);
    const [ofOtherAlerts, withoutAlerts] = [collect(ofOther, 'alert'), collect(without, 'alert')];
    const withoutUpdates = collect(without, 'alert_updated');
    const now = Date.now();
    const raised = next(all, 'alert');
    plant.announce(readingsOf([one, now, [85]]));
    const alert = await raised;
    expect(alert).toMatchObject({
      severity: 'warning',
      state: 'active_unacked',
      machine_id: one,
      machine_name: 'Press 0',
      location: 'Halle 0 · Süd',
      metric: 'temperature',
      value: 85,
      threshold: 80,
      timestamp: isoTime(now),
    });
    const acknowledged = next(all, 'alert_updated');
    await plant.alerts.acknowledge(alert.id, 'operator1', null);
    expect(await acknowledged).toMatchObject({ id: alert.id, state: 'active_acked' });
    plant.announce(readingsOf([other, now, [85]]));
    await vi.waitFor(() => expect(ofOtherAlerts.map((each) => each.machine_id)).toEqual([other]));
    expect([withoutAlerts, withoutUpdates]).toEqual([[], []]);
  });

  it('are `alert` for a raise, an escalation, a return and the end of silence, and `alert_updated` for the rest', async () => {
    const plant = await openPlant();
    const [one] = plant.machineIds as [string];
    const client = plant.connect();
    client.emit('subscribe_all');
    await next(client, 'subscribed_all');
    const told: string[] = [];
    const seqs: number[] = [];
    for (const name of ['alert', 'alert_updated'] as const) {
      client.on(name, (alert) => {
        told.push(`${name} ${alert.state}${alert.shelved_until === null ? '' : ' shelved'}`);
        seqs.push(alert.seq);
        expect(alert).toMatchObject({
          machine_id: one,
          machine_name: plant.machines.get(one)?.record.name,
          severity: expect.any(String),
          message: expect.stringContaining(`${alert.machine_name}: Temperature `),
          timestamp: expect.any(String),
        });
      });
    }
    const now = Date.now();
    let second = 0;
    let expected: string[] = [];
    const after = async (change: () => unknown, ...events: string[]) => {
      await change();
      expected = [...expected, ...events];
      await vi.waitFor(() => expect(told).toEqual(expected), 10_000);
    };
    const send = (temperature: number) =>
      plant.announce(readingsOf([one, now - 60_000 + 1000 * second++, [temperature]]));
    const id = async () => ((await plant.alerts.page({ limit: 1 })).alerts[0] as { id: string }).id;
    await after(() => send(85), 'alert active_unacked');
    await after(() => send(60), 'alert_updated cleared_unacked');
    await after(() => send(86), 'alert active_unacked');
    await after(async () => plant.alerts.acknowledge(await id(), 'olga', null), 'alert_updated active_acked');
    await after(() => send(95), 'alert active_unacked');
    await after(
      async () => plant.alerts.shelve(await id(), 'sven', Date.now() + 60_000, 'known'),
      'alert_updated active_unacked shelved',
    );
    await after(() => send(60), 'alert_updated cleared_unacked shelved');
    await after(() => send(85), 'alert_updated active_unacked shelved');
    await after(async () => plant.alerts.unshelve(await id()), 'alert active_unacked');
    await after(() => plant.machines.update(one, { status: 'maintenance' }), 'alert_updated suppressed');
    await plant.machines.update(one, { status: 'active' });
    await after(() => send(85), 'alert active_unacked');
    await after(() => plant.machines.update(one, { name: 'Renamed' }), 'alert_updated active_unacked');
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });

  it('of machines and settings are sent to all clients', async () => {
    const plant = await openPlant();
    const [one, other] = plant.machineIds as [string, string];
    const client = plant.connect();
    await next(client, 'connected');
    const updated = next(client, 'machine');
    await plant.machines.update(one, { location: 'Halle 9' });
    expect(await updated).toMatchObject({ change: 'updated', machine_id: one, machine: { location: 'Halle 9' } });
    const deleted = next(client, 'machine', (event) => event.change === 'deleted');
    await plant.machines.delete(other);
    expect(await deleted).toEqual({ change: 'deleted', machine_id: other, machine: null });
    const limits = next(client, 'machine', (event) => event.change === 'updated');
    await plant.machines.limits.save(one, { [METRIC_NAMES[0] as string]: { high: 70 } });
    expect(await limits).toMatchObject({ machine_id: one });
    const sensorTypeLimits = next(client, 'config');
    await plant.machines.limits.saveOfType('press', { [METRIC_NAMES[0] as string]: { high: 70 } });
    expect(await sensorTypeLimits).toMatchObject({ changed: [] });
    const config = next(client, 'config');
    await plant.settings.update('inactivity_timeout', '120', 'manager1');
    expect(await config).toMatchObject({ changed: ['inactivity_timeout'], config: { inactivity_timeout: '120' } });
  });
});

describe('the end of a session', () => {
  it('follows when the token expires', async () => {
    const plant = await openPlant();
    const client = plant.connect({ auth: { token: plant.tokens.issue({ lifetimeMs: 300 }).token } });
    const ended = next(client, 'session_ended');
    const disconnected = new Promise((resolve) => client.on('disconnect', resolve));
    expect(await ended).toMatchObject({ code: 'token_expired' });
    expect(await disconnected).toBe('io server disconnect');
  });

  it('follows when the session is ended, for its connections only', async () => {
    const plant = await openPlant();
    const { token, sessionId } = plant.tokens.issue();
    const client = plant.connect({ auth: { token } });
    const other = plant.connect();
    await Promise.all([next(client, 'connected'), next(other, 'connected')]);
    const ended = next(client, 'session_ended');
    const disconnected = new Promise((resolve) => client.on('disconnect', resolve));
    plant.bus.publish({ kind: 'sessions_ended', sessionIds: [sessionId], reason: 'signed_out' });
    expect(await ended).toEqual({ code: 'token_revoked', message: 'The session has ended: signed out' });
    await disconnected;
    other.emit('subscribe_all');
    await next(other, 'subscribed_all');
  });

  it('by a stop of the server lets the client reconnect', async () => {
    const plant = await openPlant();
    const client = plant.connect();
    await next(client, 'connected');
    const disconnected = new Promise((resolve) => client.on('disconnect', resolve));
    await plant.gateway.stop();
    expect(await disconnected).toBe('transport close');
  });
});

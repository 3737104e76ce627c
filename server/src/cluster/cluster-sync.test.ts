// What a node does with events of others that come too fast, or while it cannot read what they are about.

import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { NO_HISTORY } from '../../test/flows/support/no-history.ts';
import { findRedis } from '../../test/support/find-program.ts';
import { type RedisServer, startRedis } from '../../test/support/start-redis.ts';
import { AlertService } from '../alerts/alert-service.ts';
import { SqlAlertRepository } from '../alerts/store/sql-alert-repository.ts';
import { systemClock as clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { RedisEventBus } from '../events/redis-event-bus.ts';
import { GatewayService } from '../gateways/gateway-service.ts';
import { SqlGatewayRepository } from '../gateways/sql-gateway-repository.ts';
import { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import { Provisioning } from '../ingest/provisioning/provisioning.ts';
import { silentLogger as log } from '../log.ts';
import type { MachineRecord } from '../machines/machine-repository.ts';
import { MachineService } from '../machines/machine-service.ts';
import { SqlMachineRepository } from '../machines/sql-machine-repository.ts';
import { ProcessMetrics } from '../process-metrics.ts';
import { EMPTY_COLUMNS } from '../readings/reading-columns.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import { SignInBackoff } from '../users/sign-in-backoff.ts';
import { ClusterSync } from './cluster-sync.ts';

/** The real one, but it can be made to refuse to be read. */
class BreakableMachines extends SqlMachineRepository {
  broken = false;
  reads = 0;

  override async some(ids: readonly string[]): Promise<MachineRecord[]> {
    this.reads++;
    if (this.broken) throw new AppError('store_unavailable');
    return super.some(ids);
  }
}

const program = findRedis();

describe.skipIf(program === null)('events of other nodes', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis(program as string);
  });
  afterAll(() => redis.stop());

  async function openNode() {
    const database = await openSqlite();
    const local = new LocalEventBus(log);
    const bus = new RedisEventBus({ url: redis.url, channel: 'plant', local, log });
    const repository = new BreakableMachines(database);
    const settings = new SettingsService({ repository: new SqlSettingRepository(database), bus: local, clock });
    const machines = new MachineService({ repository, settings, bus: local, clock });
    const gateways = new GatewayService({ repository: new SqlGatewayRepository(database), bus: local, clock });
    const metrics = new ProcessMetrics();
    const alerts = new AlertService({
      ...{ machines, settings, bus: local, clock, metrics, log },
      repository: new SqlAlertRepository(database),
      readings: NO_HISTORY,
      requestChannel: null,
      reorderMs: 0,
    });
    const readings = NO_HISTORY as ReadingStore;
    await settings.start();
    await machines.start(EMPTY_COLUMNS);
    await alerts.start();
    const services = {
      ...{ settings, machines, gateways, alerts, readings },
      sessions: { reload: async () => [] },
      backoff: new SignInBackoff(clock),
      deadLetters: new DeadLetters({ clock, metrics }),
      provisioning: new Provisioning({ mode: 'off', machines, readings, bus: local, clock }),
      clockGuard: { noteTimes: () => {} },
    };
    const changes = new ClusterSync({ bus, local, services, log });
    const told: DomainEvent[] = [];
    local.subscribe((event) => told.push(event));
    changes.start();
    await bus.start();
    onTestFinished(async () => {
      await changes.stop();
      await alerts.stop();
      await bus.stop();
    });
    await vi.waitFor(() => expect(told).toContainEqual({ kind: 'gateways' }), { timeout: 10_000 });
    /** As another node does it: this one has not heard of it. */
    const makeElsewhere = async (count: number) =>
      (
        await new SqlMachineRepository(database).create(
          Array.from({ length: count }, (_, i) => ({
            name: `M ${i}`,
            location: 'Hall A',
            sensor_type: 'press',
            status: 'active' as const,
          })),
        )
      ).map((machine) => machine.id);
    return { changes, machines, repository, told, makeElsewhere };
  }
  const created = (machineId: string) => ({ kind: 'machine', change: 'created', machineId }) as const;

  test('about thousands of machines are looked up together, and told one by one, in order', async () => {
    const { changes, machines, repository, told, makeElsewhere } = await openNode();
    const ids = await makeElsewhere(1200);
    told.length = 0;
    for (const id of ids) changes.event(created(id));
    await vi.waitFor(() => expect(told).toHaveLength(1200));
    expect(told).toEqual(ids.map(created));
    expect(machines.list({ limit: 1, offset: 0, sort: { by: 'name', descending: false } }).total).toBe(1200);
    expect(repository.reads).toBeLessThan(10);
  });

  test('that come faster than they can be worked off are dropped, and the database is read instead', async () => {
    const { changes, machines, told, makeElsewhere } = await openNode();
    const [id] = await makeElsewhere(1);
    for (let i = 0; i < 10_100; i++) changes.event({ kind: 'limits', machineId: null });
    await vi.waitFor(() => expect(machines.get(id as string)).toBeDefined(), { timeout: 10_000 });
    expect(told.filter((event) => event.kind === 'limits').length).toBeLessThan(10_100);
    expect(told).toContainEqual(created(id as string));
  });

  test('that got lost are looked for also where others are being worked off', async () => {
    const { changes, machines, makeElsewhere } = await openNode();
    const [id] = await makeElsewhere(1);
    changes.event({ kind: 'limits', machineId: null });
    changes.missed();
    await vi.waitFor(() => expect(machines.get(id as string)).toBeDefined());
  });

  test('that cannot be read about yet are made good later, and do not stop the others', async () => {
    const { changes, machines, repository, told, makeElsewhere } = await openNode();
    const [id] = await makeElsewhere(1);
    repository.broken = true;
    changes.event(created(id as string));
    changes.event({ kind: 'machine_status', machineIds: [] });
    await vi.waitFor(() => expect(told).toContainEqual({ kind: 'machine_status', machineIds: [] }));
    expect(machines.get(id as string)).toBeUndefined();
    await vi.waitFor(() => expect(told).toContainEqual(created(id as string)), { timeout: 10_000 });
  });
});

// What a node does with events of other nodes that arrive too fast, or that it cannot read from the database yet.

import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { NO_HISTORY } from '../../test/flows/support/no-history.ts';
import { findRedis } from '../../test/support/find-program.ts';
import { openCatalogue } from '../../test/support/open-catalogue.ts';
import { type RedisServer, startRedis } from '../../test/support/start-redis.ts';
import { AccessKeyService } from '../access-keys/access-key-service.ts';
import { SqlAccessKeyRepository } from '../access-keys/sql-access-key-repository.ts';
import { AlertService } from '../alerts/alert-service.ts';
import { SqlAlertRepository } from '../alerts/store/sql-alert-repository.ts';
import { systemClock as clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { DomainEvent } from '../events/domain-events.ts';
import { LocalEventBus } from '../events/local-event-bus.ts';
import { RedisEventBus } from '../events/redis-event-bus.ts';
import { GatewayService } from '../gateways/gateway-service.ts';
import { ProfileService } from '../gateways/profile-service.ts';
import { SqlGatewayRepository } from '../gateways/sql-gateway-repository.ts';
import { SqlProfileRepository } from '../gateways/sql-profile-repository.ts';
import { DeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import { SendIntervals } from '../ingest/profiles/send-intervals.ts';
import { Provisioning } from '../ingest/provisioning/provisioning.ts';
import { silentLogger as log } from '../log.ts';
import type { MachineRecord } from '../machines/machine-repository.ts';
import { MachineService } from '../machines/machine-service.ts';
import { SqlMachineRepository } from '../machines/sql-machine-repository.ts';
import { ProcessMetrics } from '../process-metrics.ts';
import { EMPTY_BATCH } from '../readings/reading-batch.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import { SettingsService } from '../settings/settings-service.ts';
import { SqlSettingRepository } from '../settings/sql-setting-repository.ts';
import { SignInBackoff } from '../users/sign-in-backoff.ts';
import { ClusterSync } from './cluster-sync.ts';

/** The real repository, which can be made to fail reads. */
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
    await settings.start();
    const { metricService, catalogue } = await openCatalogue({ database, settings, bus: local, clock });
    const shared = { metricService, catalogue, settings, bus: local, clock };
    const machines = new MachineService({ ...shared, repository });
    const gateways = new GatewayService({ repository: new SqlGatewayRepository(database), bus: local, clock });
    const accessKeys = new AccessKeyService({ repository: new SqlAccessKeyRepository(database), bus: local, clock });
    const profiles = new ProfileService({ repository: new SqlProfileRepository(database), bus: local, clock });
    const metrics = new ProcessMetrics();
    const alerts = new AlertService({
      ...{ ...shared, machines, gateways, metrics, log },
      repository: new SqlAlertRepository(database),
      readings: NO_HISTORY,
      conditions: { effectiveOf: () => [] },
      requestChannel: null,
      reorderMs: 0,
    });
    const readings = NO_HISTORY as ReadingStore;
    await machines.start(EMPTY_BATCH);
    await alerts.start();
    const services = {
      ...{
        settings,
        metricService,
        machines,
        gateways,
        accessKeys,
        profiles,
        sendIntervals: new SendIntervals(),
        alerts,
        readings,
      },
      sessions: { reload: async () => [] },
      secondFactorGate: { reload: async () => {} },
      backoff: new SignInBackoff(clock),
      deadLetters: new DeadLetters({ clock, metrics }),
      provisioning: new Provisioning({ mode: 'off', machines, readings, bus: local, clock }),
      clockGuard: { noteTimes: () => {} },
      contacts: { reload: async () => {} },
      conditions: { reload: async () => false },
      dutyService: { reload: async () => {} },
    };
    const sync = new ClusterSync({ bus, local, services, log });
    const published: DomainEvent[] = [];
    local.subscribe((event) => published.push(event));
    sync.start();
    await bus.start();
    onTestFinished(async () => {
      await sync.stop();
      await alerts.stop();
      await bus.stop();
    });
    await vi.waitFor(() => expect(published).toContainEqual({ kind: 'gateways' }), { timeout: 10_000 });
    /** Creates machines as another node does, without an event to this one. */
    const createElsewhere = async (count: number) =>
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
    /** Another node's catalogue, which sends no event to this one. */
    const openElsewhere = async () =>
      (await openCatalogue({ database, settings, bus: new LocalEventBus(log), clock })).metricService;
    return { sync, machines, metricService, repository, published, createElsewhere, openElsewhere };
  }
  const created = (machineId: string) => ({ kind: 'machine', change: 'created', machineId }) as const;

  test('about thousands of machines are read together, and published one by one, in order', async () => {
    const { sync, machines, repository, published, createElsewhere } = await openNode();
    const ids = await createElsewhere(1200);
    published.length = 0;
    for (const id of ids) sync.onEvent(created(id));
    await vi.waitFor(() => expect(published).toHaveLength(1200));
    expect(published).toEqual(ids.map(created));
    expect(machines.list({ limit: 1, offset: 0, sort: { by: 'name', descending: false } }).total).toBe(1200);
    expect(repository.reads).toBeLessThan(10);
  });

  test('that arrive faster than they can be processed are dropped, and the database is read instead', async () => {
    const { sync, machines, published, createElsewhere } = await openNode();
    const [id] = await createElsewhere(1);
    for (let i = 0; i < 10_100; i++) sync.onEvent({ kind: 'limits', machineId: null });
    await vi.waitFor(() => expect(machines.get(id as string)).toBeDefined(), { timeout: 10_000 });
    expect(published.filter((event) => event.kind === 'limits').length).toBeLessThan(10_100);
    expect(published).toContainEqual(created(id as string));
  });

  test('that were lost cause a resync, also while others are processed', async () => {
    const { sync, machines, createElsewhere } = await openNode();
    const [id] = await createElsewhere(1);
    sync.onEvent({ kind: 'limits', machineId: null });
    sync.onGap();
    await vi.waitFor(() => expect(machines.get(id as string)).toBeDefined());
  });

  test('about the catalogue are applied, and those that were lost are made up for', async () => {
    const { sync, metricService, published, openElsewhere } = await openNode();
    const elsewhere = await openElsewhere();
    await elsewhere.editor.create({ name: 'flow' }, 'anna');
    const changed = { kind: 'metrics_changed', metrics: ['flow'], types: [], machineIds: [] } as const;
    sync.onEvent(changed);
    await vi.waitFor(() => expect(published).toContainEqual(changed));
    expect(metricService.get('flow')).toBeDefined();
    await elsewhere.types.ensure(['lathe']);
    await elsewhere.editor.update('flow', { label: 'Coolant' }, 'anna');
    sync.onGap();
    await vi.waitFor(() => expect(published).toContainEqual({ ...changed, types: ['lathe'] }));
    expect(metricService.get('flow')?.record.label).toBe('Coolant');
    const share = { flow: { atMs: 5, value: 1, machineId: 'm', gateway: null, everyMs: null } };
    sync.onEvent({ kind: 'metric_arrivals', share });
    expect(metricService.arrivals.get('flow')).toEqual(share.flow);
  });

  test('whose data cannot be read yet are applied later, and do not delay others', async () => {
    const { sync, machines, repository, published, createElsewhere } = await openNode();
    const [id] = await createElsewhere(1);
    repository.broken = true;
    sync.onEvent(created(id as string));
    sync.onEvent({ kind: 'machine_status', machineIds: [] });
    await vi.waitFor(() => expect(published).toContainEqual({ kind: 'machine_status', machineIds: [] }));
    expect(machines.get(id as string)).toBeUndefined();
    await vi.waitFor(() => expect(published).toContainEqual(created(id as string)), { timeout: 10_000 });
  });
});

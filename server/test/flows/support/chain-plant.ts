// A plant whose alerts are told to people over channels that only note what they are given, on a clock set by hand.

import { randomUUID } from 'node:crypto';
import type { ChainStep, RouteMatch, Severity } from '@gonsters/contract';
import { createDispatching } from '../../../src/app/dispatching.ts';
import type { Database } from '../../../src/database/database.ts';
import { silentLogger } from '../../../src/log.ts';
import type { Channel, Outcome, OutgoingMessage } from '../../../src/notifications/channels/channel.ts';
import type { Channels } from '../../../src/notifications/channels/channels.ts';
import type { DutyPlan, People } from '../../../src/notifications/people.ts';
import { MessageQueue } from '../../../src/notifications/store/message-queue.ts';
import { Notices } from '../../../src/notifications/store/notices.ts';
import { Runs } from '../../../src/notifications/store/runs.ts';
import { ToldItems } from '../../../src/notifications/store/told-items.ts';
import { AlertPlant, START_MS } from './alert-plant.ts';
import { NO_DUTY } from './no-duty.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

interface Someone {
  id: string;
  name: string;
  role: 'Operator' | 'Supervisor' | 'Management';
  factoryId: string | null;
  /** Channels, in order. */
  contacts: string[];
  /** Hours of UTC in which the person wants nothing that is not critical. */
  quiet: [number, number] | null;
}

export interface Sent {
  atMs: number;
  channel: string;
  contact: string;
  id: string;
}

type Dispatching = Awaited<ReturnType<typeof createDispatching>>;

export class ChainPlant {
  readonly plant: AlertPlant;
  readonly sent: Sent[] = [];
  readonly people = new Map<string, Someone>();
  readonly told: ToldItems;
  readonly runs: Runs;
  /** What a channel answers; by default it accepts. */
  answer: (channel: string, contact: string) => Outcome = () => ({ kind: 'accepted', response: 'ok' });
  duty: DutyPlan = NO_DUTY;
  channels = ['mail', 'chat', 'sms'];
  alertEmail = '';
  #dispatching: Dispatching | null = null;
  readonly #queue: MessageQueue;

  private constructor(plant: AlertPlant) {
    this.plant = plant;
    this.told = new ToldItems(plant.database);
    this.runs = new Runs(plant.database);
    this.#queue = new MessageQueue(plant.database);
  }

  static async open(): Promise<ChainPlant> {
    // Machines that send nothing are not what is tested.
    const chains = new ChainPlant(await AlertPlant.open({ inactivity_timeout: '2592000' }));
    await chains.start();
    return chains;
  }

  get parts(): Dispatching {
    if (this.#dispatching === null) throw new Error('Not started');
    return this.#dispatching;
  }

  /** As a node that becomes leader does. */
  async start(database: Database = this.plant.database): Promise<void> {
    const { settings, alerts, machines, bus, clock } = this.plant;
    const parts = await createDispatching({
      ...{ database, settings, machines, bus, clock, isAlone: true, log: silentLogger, alerts },
      channels: this.#fakeChannels(),
      contacts: this.#fakePeople(),
      dutyService: {
        calendar: { zone: 'UTC' },
        schedules: [{ id: SCHEDULE, name: 'Nights' }],
        onDuty: (id, atMs) => this.duty.onDuty(id, atMs),
        shiftAt: (atMs) => this.duty.shiftAt(atMs),
        isHoliday: (atMs) => this.duty.isHoliday(atMs),
      },
      composer: { compose: async ({ id }) => ({ id, subject: '', text: '' }) },
      queue: this.#queue,
      notices: new Notices(database),
    });
    this.#dispatching = parts;
    parts.dispatcher.start();
  }

  async stop(): Promise<void> {
    await this.#dispatching?.dispatcher.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.plant.close();
  }

  person(name: string, contacts: string[], more: Partial<Someone> = {}): string {
    const id = randomUUID();
    this.people.set(id, { id, name, role: 'Operator', factoryId: null, contacts, quiet: null, ...more });
    return id;
  }

  /** A route that takes what matches. */
  async route(
    name: string,
    steps: Partial<ChainStep>[],
    more: { match?: RouteMatch; continue?: boolean; stop_on_clear?: boolean } = {},
  ) {
    const { match = {}, continue: goesOn = false, stop_on_clear = false } = more;
    const whole = steps.map((step) => ({ wait_seconds: 0, tell: [], repeat: 0, every_seconds: 0, ...step }));
    const chain = { steps: whole, stop_on_clear };
    return this.parts.routeService.add({ name, is_active: true, match, continue: goesOn, chain });
  }

  /** Does what is due now. */
  async settle(): Promise<void> {
    await this.plant.alerts.whenIdle();
    await this.parts.dispatcher.settle();
    await this.plant.alerts.whenIdle();
  }

  /** Lets time pass, and does each thing when it is due. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.plant.nowMs + ms;
    await this.settle();
    while (this.plant.nowMs < untilMs) {
      const nowMs = this.plant.nowMs;
      const isBusy = await this.#isBusy(nowMs);
      const dueMs = [await this.runs.nextDueMs(), await this.#queue.nextDueMs(nowMs), isBusy ? nowMs + 10_000 : null];
      const nextMs = Math.min(untilMs, ...dueMs.filter((due) => due !== null && due > nowMs).map(Number));
      this.plant.nowMs = nextMs;
      await this.settle();
    }
  }

  /** Raises an alert of a machine at the present time. @returns its id */
  async raise(machine: string, severity: Severity = 'critical'): Promise<string> {
    this.plant.commit([machine, this.plant.nowMs - START_MS, { temperature: severity === 'critical' ? 120 : 85 }]);
    await this.settle();
    return this.alertOf(machine);
  }

  async clear(machine: string): Promise<void> {
    this.plant.commit([machine, this.plant.nowMs - START_MS, { temperature: 50 }]);
    await this.settle();
  }

  async alertOf(machine: string): Promise<string> {
    return (await this.plant.stored()).findLast((each) => each.machineId === machine)?.id ?? '';
  }

  /** Who was told when, as `minutes name channel`, since `sinceMs`. */
  said(sinceMs: number): string[] {
    return this.sent.map(({ atMs, channel, contact }) => {
      const name = this.people.get(contact.replace(`@${channel}`, ''))?.name ?? contact;
      return `${Math.round((atMs - sinceMs) / 1000) / 60} ${name} ${channel}`;
    });
  }

  /** Something waits to be folded, or is being sent. */
  async #isBusy(nowMs: number): Promise<boolean> {
    const { db } = this.plant.database;
    const item = await db
      .selectFrom('notification_items')
      .select('id')
      .where('message_id', 'is', null)
      .where('due_at', '<=', nowMs)
      .executeTakeFirst();
    return item !== undefined;
  }

  #fakeChannels(): Pick<Channels, 'get' | 'list' | 'mailChannel' | 'webhooks' | 'refresh' | 'isAbout'> {
    const channelOf = (name: string): Channel => ({
      send: async (message: OutgoingMessage, contact: string) => {
        const outcome = this.answer(name, contact);
        if (outcome.kind === 'accepted') {
          this.sent.push({ atMs: this.plant.nowMs, channel: name, contact, id: message.id });
        }
        return outcome;
      },
      selfTest: async () => ({ kind: 'accepted', response: 'ok' }),
      close: () => {},
    });
    const list = () =>
      this.channels.map((id) => ({ id, name: id, kind: 'ntfy', is_active: true, needs_contact: false }) as const);
    return {
      get: (id) => (this.channels.includes(id) ? channelOf(id) : null),
      list: list as unknown as Channels['list'],
      mailChannel: () => null,
      webhooks: () => [],
      isAbout: () => false,
      refresh: async () => {},
    };
  }

  #fakePeople() {
    const book = {
      person: (id) => this.people.get(id) ?? null,
      people: (role) => [...this.people.values()].filter((each) => role === undefined || each.role === role),
      mayKnow: () => true,
      contactsOf: (id) =>
        (this.people.get(id)?.contacts ?? [])
          .filter((channel) => this.channels.includes(channel))
          .map((channel) => ({
            ...{ contactId: `${id}@${channel}`, channel, contact: `${id}@${channel}`, person: id },
            ...{ language: 'en' as const, display: channel },
          })),
      quietUntil: (id, atMs) => {
        const quiet = this.people.get(id)?.quiet ?? null;
        if (quiet === null) return null;
        const hour = Math.floor(atMs / HOUR_MS) % 24;
        const [from, to] = quiet;
        const isQuiet = from < to ? hour >= from && hour < to : hour >= from || hour < to;
        if (!isQuiet) return null;
        return atMs - (atMs % HOUR_MS) + ((to - hour + 24) % 24 || 24) * HOUR_MS;
      },
    } satisfies People;
    return { ...book, addressOf: async (contact: string) => contact, onPersonGone: () => {} };
  }
}

export const SCHEDULE = randomUUID();

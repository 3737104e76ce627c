// Random chains: what the preview says is what a run does; a dispatcher that is killed anywhere loses nothing and tells nothing twice;
// and a thousand alerts at once flood nobody.

import type { ChainStep, RouteMatch, Target } from '@gonsters/contract';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { runCount } from '../support/run-count.ts';
import { ChainPlant, HOUR_MS, MINUTE_MS, SCHEDULE } from './support/chain-plant.ts';
import { killableDatabase } from './support/killable-database.ts';

async function open(): Promise<ChainPlant> {
  const chains = await ChainPlant.open();
  onTestFinished(() => chains.close());
  return chains;
}

const stepOf = (targets: readonly Target[]): fc.Arbitrary<ChainStep> =>
  fc.record({
    wait_seconds: fc.constantFrom(0, 60, 300, 1800, 14_400),
    tell: fc.subarray([...targets], { minLength: 1 }),
    repeat: fc.nat({ max: 2 }),
    every_seconds: fc.constantFrom(60, 600),
  });

test('what the preview says is what a run does', async () => {
  const chains = await open();
  const people = [
    chains.person('Anna', ['mail', 'sms'], { quiet: [20, 7] }),
    chains.person('Budi', ['chat']),
    chains.person('Citra', ['sms'], { role: 'Supervisor', quiet: [6, 18] }),
    chains.person('Dewi', []),
  ];
  chains.duty = {
    ...chains.duty,
    onDuty: (_, atMs) => [people[0], null, people[1]][Math.floor(atMs / HOUR_MS) % 3] ?? null,
    shiftAt: (atMs) => ({ name: Math.floor(atMs / HOUR_MS) % 24 < 12 ? 'Day' : 'Night' }),
  };
  const targets: Target[] = [
    ...people.map((user_id) => ({ kind: 'person' as const, user_id })),
    { kind: 'role', role: 'Supervisor' },
    { kind: 'duty', schedule_id: SCHEDULE },
    { kind: 'channel', channel_id: 'chat', address: 'hall' },
    { kind: 'alert_email' },
  ];
  const route = fc.record({
    steps: fc.array(stepOf(targets), { minLength: 1, maxLength: 4 }),
    continue: fc.boolean(),
    match: fc.constantFrom<RouteMatch[]>({}, { shifts: ['Day'] }, { severities: ['critical'] }),
  });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(route, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('critical' as const, 'warning' as const),
      fc.nat({ max: 1440 }),
      async (routes, severity, minutes) => {
        for (const { id, is_default: isDefault } of (await chains.parts.routeService.list()).routes) {
          if (!isDefault) await chains.parts.routeService.remove(id);
        }
        for (const [at, { steps, match, continue: goesOn }] of routes.entries()) {
          await chains.route(`Route ${at}`, steps, { match, continue: goesOn });
        }
        await chains.pass(minutes * MINUTE_MS);
        const machine = await chains.plant.machine(`Press ${count++}`);
        const machines = { machineIds: [machine], machine_ids: [machine], sensorTypes: ['press'] };
        const about = { ...machines, location: 'Hall A', metric: 'temperature', condition: 'level', severity } as const;
        const preview = await chains.parts.previews.of(about, chains.plant.nowMs);
        const alert = await chains.raise(machine, severity);
        await chains.pass(Date.parse(preview.ends_at) - chains.plant.nowMs + 5 * MINUTE_MS);
        const said = (await chains.told.ofAlert(alert)).map(
          ({ created_at: at, step, person, channel }) => `${at} ${step} ${person?.id ?? null} ${channel}`,
        );
        const foreseen = preview.steps.flatMap(({ at, number, tells }) =>
          tells.map(({ person, channel_id: channel }) => `${at} ${number} ${person?.id ?? null} ${channel}`),
        );
        expect(said.sort()).toEqual(foreseen.sort());
        const run = await chains.parts.runStory.ofAlert(alert);
        expect(new Set(run?.routes.map(({ id }) => id))).toEqual(new Set(preview.routes.map(({ id }) => id)));
        if (preview.nobody) expect(said).toEqual([]);
        await chains.plant.alerts.acknowledge(alert, 'test', null);
        await chains.settle();
      },
    ),
    { numRuns: runCount(15, 150) },
  );
});

test('a dispatcher that is killed at any write is followed by one that goes on: nothing is lost, and nothing is said twice', async () => {
  const steps = (who: readonly string[]) =>
    who.map((user_id, at) => ({
      wait_seconds: at === 0 ? 0 : 120,
      ...{ tell: [{ kind: 'person' as const, user_id }], repeat: 1, every_seconds: 60 },
    }));
  const chains = await open();
  const who = ['Anna', 'Budi'].map((name) => chains.person(name, ['mail', 'sms']));
  // A contact point that refuses is part of it.
  chains.answer = (channel, contact) =>
    channel === 'mail' && contact.startsWith(who[1] as string)
      ? { kind: 'never', response: '550' }
      : { kind: 'accepted', response: 'ok' };
  await chains.route('A', steps(who));
  let count = 0;
  let kills = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 25 }), fc.boolean()), { maxLength: 6 }), async (planned) => {
      const machine = await chains.plant.machine(`Press ${count++}`);
      chains.sent.length = 0;
      const left = [...planned];
      let database = null as ReturnType<typeof killableDatabase> | null;
      const startAgain = async () => {
        await chains.stop();
        const [writes, isDone] = left.shift() ?? [Number.POSITIVE_INFINITY, false];
        // The default route is made at the start: a process that is killed then has done nothing yet.
        database = killableDatabase(chains.plant.database, writes + 1, isDone);
        await chains.start(database);
      };
      await startAgain();
      const alert = await chains.raise(machine);
      for (let at = 0; at < 60; at++) {
        chains.plant.nowMs += 10_000;
        await chains.settle();
        if (database?.isDead) {
          kills++;
          await startAgain();
        }
      }
      left.length = 0;
      await startAgain();
      await chains.settle();
      const said = (await chains.told.ofAlert(alert)).map(
        ({ step, kind, person, channel, state }) =>
          `${step} ${kind} ${person?.id === who[0] ? 'Anna' : 'Budi'} ${channel} ${state}`,
      );
      expect(said.sort()).toEqual([
        '1 raised Anna mail sent',
        '1 still_active Anna mail sent',
        '2 raised Budi mail failed',
        '2 raised Budi sms sent',
        '2 still_active Budi mail failed',
        '2 still_active Budi sms sent',
      ]);
      // What was accepted and not noted is sent again with the same id.
      expect(new Set(chains.sent.map(({ id }) => id)).size).toBe(4);
      expect(await chains.parts.runStory.ofAlert(alert)).toMatchObject({ state: 'done' });
      expect((await chains.plant.alerts.get(alert)).told).toMatchObject({ state: 'told', people: 2 });
      await chains.plant.alerts.acknowledge(alert, 'test', null);
      await chains.pass(2 * HOUR_MS);
    }),
    { numRuns: runCount(12, 150) },
  );
  expect(kills).toBeGreaterThan(3);
});

test('a thousand alerts in one second: nothing is lost, and nobody gets more than the rules allow', async () => {
  const chains = await open();
  for (let at = 0; at < 5; at++) chains.person(`Person ${at}`, ['mail', 'sms']);
  await chains.route('All', [{ tell: [{ kind: 'role', role: 'Operator' }] }]);
  const rows = Array.from({ length: 1000 }, (_, at) => ({
    ...{ name: `Press ${at}`, location: `Hall ${at % 7}`, sensor_type: 'press', status: 'active' as const },
  }));
  const machines = (await chains.plant.machines.create(rows)).map(({ machine_id: id }) => id);
  chains.plant.commit(...machines.map((id) => [id, 0, { temperature: 120 }] as const));
  await chains.settle();
  await chains.pass(3 * MINUTE_MS);
  const byContact = new Map<string, number>();
  for (const { contact } of chains.sent) byContact.set(contact, (byContact.get(contact) ?? 0) + 1);
  expect([...byContact.values()]).toEqual([2, 2, 2, 2, 2]);
  const { db } = chains.plant.database;
  const carried = await db
    .selectFrom('notification_items as item')
    .innerJoin('notification_messages as message', 'message.id', 'item.message_id')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('message.sent_at', 'is not', null)
    .executeTakeFirst();
  expect(Number(carried?.count)).toBe(5000);
  const alerts = await chains.plant.stored();
  expect(alerts).toHaveLength(1000);
  expect(alerts.every(({ told }) => told?.state === 'told' && told.people === 5)).toBe(true);
});

// Chains on a clock that is set by hand: who is told of an alert, in which order, and until when.

import { expect, onTestFinished, test } from 'vitest';
import { ChainPlant, HOUR_MS, MINUTE_MS, SCHEDULE } from './support/chain-plant.ts';

async function open(): Promise<ChainPlant> {
  const chains = await ChainPlant.open();
  onTestFinished(() => chains.close());
  return chains;
}

const person = (user_id: string) => ({ kind: 'person' as const, user_id });
const duty = { kind: 'duty' as const, schedule_id: SCHEDULE };
const role = (name: 'Operator' | 'Supervisor' | 'Management') => ({ kind: 'role' as const, role: name });

test('a chain tells one after the other until somebody acknowledges, and those who were told hear of that', async () => {
  const chains = await open();
  const [anna, budi, citra] = ['Anna', 'Budi', 'Citra'].map((name) => chains.person(name, ['mail'])) as [
    string,
    string,
    string,
  ];
  await chains.route('Presses', [
    { tell: [person(anna)], repeat: 1, every_seconds: 300 },
    { wait_seconds: 600, tell: [person(budi)] },
    { wait_seconds: 3600, tell: [person(citra)] },
  ]);
  const press = await chains.plant.machine();
  const startMs = chains.plant.nowMs;
  const id = await chains.raise(press);
  await chains.pass(20 * MINUTE_MS);
  // What reminds is no first message about a critical alert: it is folded for ten seconds.
  expect(chains.said(startMs)).toEqual(
    ['0 Anna mail', '5.167 Anna mail', '15 Budi mail'].map((each) => each.replace('5.167', '5.166666666666667')),
  );
  expect(await chains.parts.runStory.ofAlert(id)).toMatchObject({
    state: 'running',
    routes: [{ name: 'Presses' }],
    next: [{ target: 'Citra' }],
    gaps: [],
  });
  expect((await chains.plant.alerts.get(id)).told).toMatchObject({
    state: 'told',
    people: 2,
    nextAtMs: startMs + 75 * MINUTE_MS,
  });

  chains.sent.length = 0;
  await chains.plant.alerts.acknowledge(id, 'Budi', null);
  await chains.pass(3 * HOUR_MS);
  expect(chains.said(startMs).map((each) => each.split(' ')[1])).toEqual(['Anna']);
  expect(await chains.parts.runStory.ofAlert(id)).toMatchObject({ state: 'acknowledged', next: [] });
  const story = await chains.told.ofAlert(id);
  expect(story.map(({ kind, step, person: who }) => `${kind} ${step} ${who?.id === anna}`)).toEqual([
    'raised 1 true',
    'still_active 1 true',
    'raised 2 false',
    'acknowledged null true',
  ]);
});

test('a return and an escalation start the chain anew, clearing stops it only where that was chosen', async () => {
  const chains = await open();
  const anna = chains.person('Anna', ['mail']);
  await chains.route('A', [{ tell: [person(anna)] }, { wait_seconds: 600, tell: [person(anna)] }], {
    stop_on_clear: true,
  });
  const press = await chains.plant.machine();
  const id = await chains.raise(press, 'warning');
  await chains.pass(2 * MINUTE_MS);
  const first = await chains.parts.runStory.ofAlert(id);
  await chains.raise(press, 'critical');
  await chains.pass(MINUTE_MS);
  const kinds = async () => (await chains.told.ofAlert(id)).map(({ kind, step }) => `${kind} ${step}`);
  expect(await kinds()).toEqual(['raised 1', 'escalated 1']);
  expect((await chains.parts.runStory.ofAlert(id))?.next[0]?.at).not.toBe(first?.next[0]?.at);
  await chains.clear(press);
  await chains.pass(20 * MINUTE_MS);
  expect(await chains.parts.runStory.ofAlert(id)).toMatchObject({ state: 'cleared', next: [] });
  expect((await kinds()).slice(2)).toEqual(['cleared null']);
  await chains.raise(press, 'critical');
  await chains.pass(20 * MINUTE_MS);
  expect((await kinds()).slice(3)).toEqual(['raised 1', 'still_active 2']);
});

test('two routes tell a person of the same step once, and edits apply to new runs', async () => {
  const chains = await open();
  const [anna, budi] = ['Anna', 'Budi'].map((name) => chains.person(name, ['mail'])) as [string, string];
  const all = await chains.route('First', [{ tell: [person(anna)] }, { wait_seconds: 600, tell: [person(anna)] }], {
    continue: true,
  });
  await chains.route('Second', [{ tell: [person(anna), person(budi), role('Operator')] }]);
  const press = await chains.plant.machine();
  const startMs = chains.plant.nowMs;
  await chains.raise(press);
  expect(chains.said(startMs).sort()).toEqual(['0 Anna mail', '0 Budi mail']);
  const { steps } = all.chain;
  const edited = steps.map((step, at) => (at === 1 ? { ...step, tell: [person(budi)] } : step));
  await chains.parts.routeService.change(all.id, { chain: { ...all.chain, steps: edited } });
  await chains.pass(15 * MINUTE_MS);
  expect(
    chains
      .said(startMs)
      .slice(2)
      .map((each) => each.split(' ')[1]),
  ).toEqual(['Anna']);
});

test('a contact point that refuses, or whose channel is dead, hands on to the next at once', async () => {
  const chains = await open();
  const anna = chains.person('Anna', ['mail', 'chat', 'sms']);
  await chains.route('A', [{ tell: [person(anna)] }]);
  chains.answer = (channel) =>
    channel === 'mail' ? { kind: 'never', response: '550 unknown' } : { kind: 'accepted', response: 'ok' };
  const startMs = chains.plant.nowMs;
  const id = await chains.raise(await chains.plant.machine('Press 1'));
  expect(chains.said(startMs)).toEqual(['0 Anna chat']);
  const states = (await chains.told.ofAlert(id)).map(({ channel, state }) => `${channel} ${state}`);
  expect(states.sort()).toEqual(['chat sent', 'mail failed']);

  // Chat falls silent: after three failures the next contact point is tried.
  await chains.pass(2 * MINUTE_MS);
  chains.sent.length = 0;
  chains.people.set(anna, {
    ...(chains.people.get(anna) as never as { id: string }),
    contacts: ['chat', 'sms'],
  } as never);
  chains.answer = (channel) =>
    channel === 'chat' ? { kind: 'retry', response: 'time out', afterMs: null } : { kind: 'accepted', response: 'ok' };
  const secondMs = chains.plant.nowMs;
  await chains.raise(await chains.plant.machine('Press 2'));
  await chains.pass(MINUTE_MS);
  expect(chains.sent.map(({ channel }) => channel)).toEqual(['sms']);
  expect((chains.sent[0]?.atMs ?? 0) - secondMs).toBeLessThan(30_000);
  // While it is dead, nobody waits for it.
  await chains.pass(2 * MINUTE_MS);
  const thirdMs = chains.plant.nowMs;
  await chains.raise(await chains.plant.machine('Press 3'));
  expect(chains.sent.at(-1)).toMatchObject({ channel: 'sms', atMs: thirdMs });
});

test('a critical alert of which nobody could be told says so until it is acknowledged or a message gets through', async () => {
  const chains = await open();
  const [anna, budi] = [chains.person('Anna', ['mail']), chains.person('Budi', [])];
  await chains.route('A', [{ tell: [person(anna)] }, { wait_seconds: 300, tell: [person(budi), duty] }]);
  chains.answer = () => ({ kind: 'never', response: '550 unknown' });
  const press = await chains.plant.machine();
  const id = await chains.raise(press);
  const toldOf = async () => (await chains.plant.alerts.get(id)).told;
  expect(await toldOf()).toMatchObject({ state: 'waiting', people: 0 });
  await chains.pass(6 * MINUTE_MS);
  expect(await toldOf()).toMatchObject({ state: 'nobody', people: 0, nextAtMs: null });
  expect((await chains.plant.alerts.page({ told: 'nobody', limit: 10 })).alerts.map((each) => each.id)).toEqual([id]);
  expect(chains.plant.announced.at(-1)).toMatchObject({ id, told: { state: 'nobody' } });
  expect((await chains.parts.runStory.ofAlert(id))?.gaps.map(({ step, text }) => `${step} ${text}`)).toEqual(
    [
      '1 Anna was not reached: every contact point has refused the message or does not work',
      '2 Budi has no verified contact point',
      '2 Nobody is on duty (on duty: Nights)',
    ].sort((a, b) => (a[0] ?? '').localeCompare(b[0] ?? '')),
  );
  await chains.plant.alerts.acknowledge(id, 'Citra', null);
  await chains.settle();
  expect(await toldOf()).toMatchObject({ state: 'none' });

  // A warning that reaches nobody is no reason to disturb every screen.
  const other = await chains.raise(await chains.plant.machine('Press 5'), 'warning');
  await chains.pass(10 * MINUTE_MS);
  expect((await chains.plant.alerts.get(other)).told).toMatchObject({ state: 'none' });

  // The last step is still being tried: it gets through late.
  chains.answer = () => ({ kind: 'retry', response: 'busy', afterMs: null });
  const late = await chains.raise(await chains.plant.machine('Press 6'));
  await chains.pass(20 * MINUTE_MS);
  expect((await chains.plant.alerts.get(late)).told).toMatchObject({ state: 'nobody' });
  chains.answer = () => ({ kind: 'accepted', response: 'ok' });
  await chains.pass(20 * MINUTE_MS);
  expect((await chains.plant.alerts.get(late)).told).toMatchObject({ state: 'told', people: 1 });
  expect(await chains.parts.runStory.ofAlert(late)).toMatchObject({ state: 'done' });
});

test('a week of a plant: nights, an override, quiet hours, and a night in which nobody answers', async () => {
  const chains = await open();
  const [day, night, stand, boss] = [
    chains.person('Day', ['mail'], { quiet: [22, 6] }),
    chains.person('Night', ['sms']),
    chains.person('Stand-in', ['chat']),
    chains.person('Boss', ['mail', 'sms'], { role: 'Management', quiet: [20, 7] }),
  ];
  const beganMs = chains.plant.nowMs;
  const hourOf = (atMs: number) => Math.floor(atMs / HOUR_MS) % 24;
  const isNight = (atMs: number) => hourOf(atMs) >= 18 || hourOf(atMs) < 6;
  chains.duty = {
    ...chains.duty,
    onDuty: (_, atMs) => {
      // The third night is taken over by somebody else, and in the fifth nobody is there.
      const dayNumber = Math.floor((atMs - beganMs) / (24 * HOUR_MS));
      if (!isNight(atMs)) return day;
      return dayNumber === 2 ? stand : dayNumber === 4 ? null : night;
    },
    shiftAt: (atMs) => ({ name: isNight(atMs) ? 'Night' : 'Day' }),
  };
  await chains.route(
    'Nights',
    [
      { tell: [duty], repeat: 2, every_seconds: 600 },
      { wait_seconds: 900, tell: [role('Management')] },
    ],
    {
      match: { shifts: ['Night'], severities: ['critical'] },
    },
  );
  await chains.route('Days', [{ tell: [duty] }], { match: { shifts: ['Day'] } });
  await chains.route('Warnings', [{ tell: [person(boss)] }], { match: { severities: ['warning'] } });
  const startedMs = performance.now();
  const names: string[] = [];
  for (let dayNumber = 0; dayNumber < 7; dayNumber++) {
    const midnightMs = beganMs + dayNumber * 24 * HOUR_MS + 14 * HOUR_MS;
    await chains.pass(midnightMs - chains.plant.nowMs);
    chains.sent.length = 0;
    const press = await chains.plant.machine(`Press ${dayNumber}`);
    const warned = dayNumber === 1 ? await chains.plant.machine('Warned') : null;
    if (warned !== null) await chains.raise(warned, 'warning');
    const id = await chains.raise(press);
    // In all nights but one, somebody acknowledges after a quarter of an hour.
    await chains.pass(15 * MINUTE_MS);
    if (dayNumber !== 3) await chains.plant.alerts.acknowledge(id, 'somebody', null);
    await chains.pass(8 * HOUR_MS);
    names.push(
      chains
        .said(midnightMs)
        .map((each) => each.split(' ').slice(1).join(' '))
        .join(', '),
    );
  }
  expect(names).toEqual([
    'Night sms, Night sms, Night sms',
    // The warning waits for the end of quiet hours of the boss.
    'Night sms, Night sms, Night sms, Boss mail',
    'Stand-in chat, Stand-in chat, Stand-in chat',
    // Nobody answers: all repetitions, and Management, critical in spite of quiet hours.
    'Night sms, Night sms, Night sms, Boss mail',
    // Nobody was on duty: nobody was told before it was acknowledged.
    '',
    'Night sms, Night sms, Night sms',
    'Night sms, Night sms, Night sms',
  ]);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

import type { StatusChange } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { MachineStates } from './machine-states.ts';

const state = (machineId: string, change: Partial<StatusChange> = {}): StatusChange => ({
  machine_id: machineId,
  status: 'active',
  connection: 'online',
  severity: null,
  ...change,
});

function watched() {
  const states = new MachineStates();
  const told: string[] = [];
  for (const id of ['a', 'b']) states.watch(id, () => told.push(id));
  states.signal.subscribe(() => told.push('any'));
  return { states, told };
}

describe('machine states', () => {
  it('tell of a machine that changed, and of no other', () => {
    const { states, told } = watched();
    states.apply([state('a'), state('c')]);
    expect(told).toEqual(['a', 'any']);
    expect(states.of('a')).toEqual(state('a'));
    expect(states.of('b')).toBeNull();
  });

  it('say nothing, and keep what they had, where a change changes nothing', () => {
    const { states, told } = watched();
    states.apply([state('a')]);
    const before = states.of('a');
    told.length = 0;
    states.apply([state('a'), state('b', { severity: 'critical' })]);
    expect(told).toEqual(['b', 'any']);
    expect(states.of('a')).toBe(before);
    states.apply([state('a'), state('b', { severity: 'critical' })]);
    expect(told).toEqual(['b', 'any']);
  });

  it('are forgotten after a reconnect, which their watchers are told', () => {
    const { states, told } = watched();
    states.apply([state('a')]);
    told.length = 0;
    states.clear();
    expect(told).toEqual(['a', 'any']);
    expect(states.of('a')).toBeNull();
    states.clear();
    expect(told).toEqual(['a', 'any']);
  });

  it('are bounded: past twenty thousand the oldest go', () => {
    const { states, told } = watched();
    states.apply([state('a')]);
    states.apply(Array.from({ length: 20_000 }, (_, i) => state(`m${i}`)));
    expect(states.of('a')).toBeNull();
    expect(states.of('m0')).not.toBeNull();
    expect(told.filter((id) => id === 'a').length).toBe(2);
  });
});

import { describe, expect, it } from 'vitest';
import { type AlarmState, conditionOf } from './machine-condition.ts';

const alarm = (severity: AlarmState['severity'], acknowledged: boolean): AlarmState => ({ severity, acknowledged });

describe('the condition of a machine', () => {
  it('is normal only if the machine is online, active and has no alarm', () => {
    expect(conditionOf('active', 'online', null)).toBe('normal');
    expect(conditionOf('active', 'stale', null)).toBe('stale');
    expect(conditionOf('active', 'never', null)).toBe('never');
  });

  it('is the status before the connection', () => {
    expect(conditionOf('maintenance', 'stale', null)).toBe('maintenance');
    expect(conditionOf('inactive', 'never', null)).toBe('inactive');
    expect(conditionOf('error', 'online', null)).toBe('error');
  });

  it('is the alarm before everything else, and shows whether it is acknowledged', () => {
    expect(conditionOf('error', 'online', alarm('critical', false))).toBe('critical');
    expect(conditionOf('active', 'online', alarm('warning', true))).toBe('warning_acked');
  });
});

import { describe, expect, it } from 'vitest';
import { type AlarmState, conditionOf } from './machine-condition.ts';

const alarm = (severity: AlarmState['severity'], acknowledged: boolean): AlarmState => ({ severity, acknowledged });

describe('the condition of a machine', () => {
  it('is normal only for one that reports, works and has no alarm', () => {
    expect(conditionOf('active', 'online', null)).toBe('normal');
    expect(conditionOf('active', 'stale', null)).toBe('stale');
    expect(conditionOf('active', 'never', null)).toBe('never');
  });

  it('is what people said of it before what its silence says', () => {
    expect(conditionOf('maintenance', 'stale', null)).toBe('maintenance');
    expect(conditionOf('inactive', 'never', null)).toBe('inactive');
    expect(conditionOf('error', 'online', null)).toBe('error');
  });

  it('is its alarm before everything else, and tells whether somebody has acknowledged it', () => {
    expect(conditionOf('error', 'online', alarm('critical', false))).toBe('critical');
    expect(conditionOf('active', 'online', alarm('warning', true))).toBe('warning_acked');
  });
});

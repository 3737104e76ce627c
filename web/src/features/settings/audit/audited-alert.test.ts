import { describe, expect, it } from 'vitest';
import { fleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { en } from '../../../i18n/en/en.ts';
import { id } from '../../../i18n/id/id.ts';
import { createTranslate, type Language } from '../../../i18n/text.ts';
import { LiveMetrics } from '../../../live/live-metrics.ts';
import { auditedAlert } from './audited-alert.ts';

const textsOf = (language: Language) => ({
  t: createTranslate(language, language === 'en' ? en : id, String),
  metricNamed: fleetMetrics([], [], new LiveMetrics(), language).named,
});
const noted = {
  ...{ machine_name: 'Press 1', location: 'Hall A', metric: 'temperature', limit_kind: 'high_high' },
  severity: 'critical',
};

describe('the alert of an audit entry', () => {
  it('is named in the reader’s language', () => {
    expect(auditedAlert(textsOf('en'), { ...noted, note: 'on my way' })).toEqual({
      ...{ machine: 'Press 1', location: 'Hall A', condition: 'Temperature high-high', severity: 'Critical' },
    });
    expect(auditedAlert(textsOf('id'), noted)).toEqual({
      ...{ machine: 'Press 1', location: 'Hall A', condition: 'Suhu sangat tinggi', severity: 'Kritis' },
    });
  });

  it('about a metric that the catalogue no longer knows has its name', () => {
    expect(auditedAlert(textsOf('en'), { ...noted, metric: 'vibration' })?.condition).toBe('vibration high-high');
  });

  it('of many machines says how many, in words of the reader', () => {
    const group = { machine_name: '12 machines', machine_count: 12, location: 'Hall A', severity: 'warning' };
    const silent = { ...group, metric: 'connection', limit_kind: 'stale' };
    expect(auditedAlert(textsOf('id'), silent)).toMatchObject({ machine: '12 mesin' });
  });

  it.each([
    ['of another kind', { name: 'Press 1' }],
    ['of a version that noted only the id', { note: null }],
    ['about what this page does not know', { ...noted, limit_kind: 'drift' }],
  ])('is none in an entry %s', (_what, details) => {
    expect(auditedAlert(textsOf('en'), details)).toBeNull();
  });
});

import { METRIC_NAMES } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { addSimulateOptions } from './run-simulate.ts';
import { OptionError, readSimulateOptions, SIMULATE_OPTIONS } from './simulate-options.ts';

describe('the options of a simulation', () => {
  it('all have defaults', () => {
    const options = readSimulateOptions({});
    expect(options).toMatchObject({
      machines: 7,
      metrics: 'basic',
      rate: 1,
      via: 'mqtt',
      seed: 1,
      durationS: null,
      replay: null,
    });
    expect(options.mqtt).toMatchObject({ url: 'mqtt://127.0.0.1:1883', username: null });
  });

  it('map columns to metrics, with names in dashes or camel case', () => {
    const given = { replay: 'a.csv', columns: METRIC_NAMES.map((name) => `${name}=c ${name}`).join(',') };
    const columns = Object.fromEntries(METRIC_NAMES.map((name) => [name, `c ${name}`]));
    expect(readSimulateOptions({ ...given, 'time-column': 'T' }).replay).toMatchObject({ columns, timeColumn: 'T' });
    expect(readSimulateOptions({ ...given, timeColumn: 'T', speed: 'max' }).replay).toMatchObject({
      timeColumn: 'T',
      speed: Number.POSITIVE_INFINITY,
    });
  });

  it('leave it to the recording which columns it has, unless they are named', () => {
    const unnamed = { columns: null, timeColumn: null, machineColumn: null, machine: null };
    expect(readSimulateOptions({ replay: 'a.csv' }).replay).toMatchObject(unnamed);
    const columns = 'vibration_rms=Vib X, part_count=Parts';
    expect(readSimulateOptions({ replay: 'a.csv', columns, machine: 'Press 1' }).replay).toMatchObject({
      columns: { vibration_rms: 'Vib X', part_count: 'Parts' },
      machine: 'Press 1',
    });
    expect(() => readSimulateOptions({ replay: 'a.csv', columns: 'Vib X=vibration_rms' })).toThrow(/--columns must be/);
  });

  it.each([
    ['90', 90_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('read %s as a span', (backfill, ms) => {
    expect(readSimulateOptions({ backfill }).backfillMs).toBe(ms);
  });

  it('are all validated, and every fault is reported at once', () => {
    const faulty = {
      machines: '1.5',
      metrics: 'some',
      rate: '0',
      via: 'udp',
      seed: '-1',
      duration: 'x',
      backfill: '1y',
      columns: 'nothing',
      speed: '0',
      shift: 'later',
      url: 'ftp://x',
      mqtt: 'http://x',
    };
    expect(() => readSimulateOptions(faulty)).toThrow(OptionError);
    const message = (() => {
      try {
        readSimulateOptions(faulty);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    for (const name of Object.keys(faulty)) expect(message).toContain(`--${name}`);
  });

  it('are declared to a command line once each', () => {
    const flags: string[] = [];
    addSimulateOptions({ option: (flag: string) => flags.push(flag) });
    expect(flags).toHaveLength(SIMULATE_OPTIONS.length);
    expect(flags).toContain('--quiet');
    expect(flags).toContain('--machines <n>');
  });
});

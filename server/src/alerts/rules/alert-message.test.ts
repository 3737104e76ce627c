import { type Unit, unitOf } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { spokenDuration } from '../../spoken-duration.ts';
import { badQualityMessage, limitMessage, staleMessage } from './alert-message.ts';

const TEMPERATURE = { name: 'temperature', label: 'Temperature', unit: '°C', decimals: 1, display: null };
const SPEED = { name: 'speed', label: 'Speed', unit: 'RPM', decimals: 0, display: null };
const PRESSURE = { name: 'pressure', label: 'Pressure', unit: 'kPa', decimals: 1, display: null };
const PARTS = { name: 'parts', label: 'Parts', unit: null, decimals: 0, display: null };

describe('the message of an alert', () => {
  it('names value, limit and unit', () => {
    expect(limitMessage(TEMPERATURE, 'high_high', 91.6, 88)).toBe('Temperature 91.6 °C above high-high limit 88.0 °C');
    expect(limitMessage(SPEED, 'low', 899, 900)).toBe('Speed 899 RPM below low limit 900 RPM');
    expect(limitMessage(PRESSURE, 'high', 151, null)).toBe('Pressure 151.0 kPa above high limit');
    expect(limitMessage(PARTS, 'low_low', 3, 5)).toBe('Parts 3 below low-low limit 5');
  });

  it('shows enough digits to tell a value from its limit', () => {
    expect(limitMessage(TEMPERATURE, 'high', 80.004, 80)).toBe('Temperature 80.004 °C above high limit 80.000 °C');
  });

  it('is in the unit in which the plant shows the metric, as fine as in the stored one', () => {
    const display = (from: string, to: string) => ({ from: unitOf(from) as Unit, to: unitOf(to) as Unit });
    const inBar = { ...PRESSURE, display: display('kPa', 'bar') };
    expect(limitMessage(inBar, 'high', 151, 150)).toBe('Pressure 1.510 bar above high limit 1.500 bar');
    const inFahrenheit = { ...TEMPERATURE, display: display('Cel', '[degF]') };
    expect(limitMessage(inFahrenheit, 'low', -40, 0)).toBe('Temperature -40.0 °F below low limit 32.0 °F');
    const inPascal = { ...PRESSURE, display: display('kPa', 'Pa') };
    expect(badQualityMessage(inPascal, 60, 0.5)).toBe(
      'Pressure has sent only bad values for 1 min, the last one 500 Pa',
    );
  });

  it('names for how long values have been bad, and the last number', () => {
    expect(badQualityMessage(TEMPERATURE, 60, 3276.7)).toBe(
      'Temperature has sent only bad values for 1 min, the last one 3276.7 °C',
    );
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(badQualityMessage(TEMPERATURE, 90, none)).toBe('Temperature has sent only bad values for 1 min 30 s');
    }
  });

  it('names how many machines sent nothing, and for how long', () => {
    expect(staleMessage('Press 4', 1, 'Hall A', 5400)).toBe('Press 4 sent nothing for 1 h 30 min');
    expect(staleMessage('Press 4', 2, 'Hall A', 3600)).toBe('2 machines in Hall A sent nothing for 1 h');
  });

  it.each([
    [0, '0 s'],
    [45, '45 s'],
    [60, '1 min'],
    [3661, '1 h 1 min'],
    [172_800, '2 d'],
  ])('speaks %d seconds as %s', (seconds, spoken) => {
    expect(spokenDuration(seconds)).toBe(spoken);
  });
});

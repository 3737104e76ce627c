import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSetting, DEFAULT_SETTINGS, SETTINGS, settingNumber } from './setting.ts';

describe('settings', () => {
  it('have the defaults of a new installation', () => {
    expect(DEFAULT_SETTINGS).toEqual({
      max_temperature_threshold: '80.0',
      min_temperature_threshold: '50.0',
      max_pressure_threshold: '150.0',
      min_pressure_threshold: '',
      max_speed_threshold: '',
      min_speed_threshold: '',
      alert_deadband_percent: '2',
      alert_on_delay_seconds: '0',
      alert_off_delay_seconds: '0',
      inactivity_timeout: '3600',
      alert_email: '',
      page_origin: '',
      heartbeat_url: '',
      data_retention_days: '365',
      metric_discovery: 'on',
      plant_timezone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  });

  it.each([
    ['metric_discovery', 'approve', true],
    ['metric_discovery', 'maybe', false],
    ['plant_timezone', 'Asia/Jakarta', true],
    ['plant_timezone', 'UTC', true],
    ['plant_timezone', '+07:00', false],
    ['plant_timezone', 'Mars/Olympus', false],
    ['plant_timezone', '', false],
    ['heartbeat_url', 'https://hc-ping.com/1b2c', true],
    ['heartbeat_url', '', true],
    ['heartbeat_url', 'https://user:password@hc-ping.com/', false],
    ['heartbeat_url', 'ftp://hc-ping.com/', false],
  ])('check %s = %j: %s', (name, value, ok) => {
    expect(checkSetting(DEFAULT_SETTINGS, name, value).ok).toBe(ok);
  });

  it('accept their own defaults', () => {
    for (const setting of SETTINGS) {
      expect(checkSetting(DEFAULT_SETTINGS, setting.name, setting.default)).toEqual({
        ok: true,
        value: setting.default,
      });
    }
  });

  it('never accept a number outside their range, a maximum at or below its minimum, or text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SETTINGS),
        fc.oneof(fc.double({ noNaN: true }).map(String), fc.string()),
        (setting, raw) => {
          const check = checkSetting(DEFAULT_SETTINGS, setting.name, raw);
          if (!check.ok || setting.type !== 'number' || check.value === '') return;
          const value = Number(check.value);
          expect(Number.isFinite(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(setting.min as number);
          expect(value).toBeLessThanOrEqual(setting.max as number);
          if (setting.name === 'max_temperature_threshold') expect(value).toBeGreaterThan(50);
          if (setting.name === 'min_temperature_threshold') expect(value).toBeLessThan(80);
        },
      ),
    );
  });

  it.each([
    ['max_temperature_threshold', '50', 'greater than min_temperature_threshold'],
    ['min_temperature_threshold', '80', 'less than max_temperature_threshold'],
    ['max_temperature_threshold', '1e3', 'decimal number'],
    ['max_temperature_threshold', '0x10', 'decimal number'],
    ['max_temperature_threshold', '9'.repeat(400), 'decimal number'],
    ['inactivity_timeout', '1.5', 'whole number'],
    ['inactivity_timeout', '0', 'at least 1'],
    ['inactivity_timeout', '', 'not be empty'],
    ['data_retention_days', '99999999', 'at most'],
    ['alert_email', 'nobody', 'e-mail address'],
    ['alert_email', 'a@b.c\nBcc: x@y.z', 'e-mail address'],
    ['no_such_setting', '1', 'is not a setting'],
  ])('refuse %s = %j and say why', (name, value, reason) => {
    const check = checkSetting(DEFAULT_SETTINGS, name, value);
    expect(check).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('can be switched off if they are optional', () => {
    expect(checkSetting(DEFAULT_SETTINGS, 'max_temperature_threshold', ' ')).toEqual({ ok: true, value: '' });
    expect(settingNumber({ max_temperature_threshold: '' }, 'max_temperature_threshold')).toBeNull();
    expect(settingNumber({}, 'max_temperature_threshold')).toBeNull();
    expect(settingNumber({ max_temperature_threshold: '0' }, 'max_temperature_threshold')).toBe(0);
  });
});

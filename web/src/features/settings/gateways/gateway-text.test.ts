import type { GatewayStatus } from '@gonsters/contract';
import { describe, expect, it } from 'vitest';
import { en } from '../../../i18n/en/en.ts';
import { createFormat } from '../../../i18n/format.ts';
import { createTranslate } from '../../../i18n/text.ts';
import { clockText, connectionText, offsetAge, refusalKey } from './gateway-text.ts';

const format = createFormat('en');
const t = createTranslate('en', en, String);

describe('the connection of a gateway', () => {
  const { moment } = format;
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 15, hour)).toISOString();
  const gateway = (status: Partial<GatewayStatus>) =>
    connectionText({ t, format }, {
      connections: [],
      disconnected_at: null,
      connection_lost: false,
      last_seen: at(1),
      ...status,
    } as GatewayStatus);

  it('is told with its time', () => {
    const connection = { client_id: 'c', protocol_version: '5', address: '10.0.0.1', connected_since: at(3) };
    expect(gateway({ connections: [connection] })).toBe(`Connected since ${moment(Date.parse(at(3)))}`);
    expect(gateway({ disconnected_at: at(2) })).toBe(`Disconnected ${moment(Date.parse(at(2)))}`);
    expect(gateway({ disconnected_at: at(2), connection_lost: true })).toBe(
      `Connection lost ${moment(Date.parse(at(2)))}`,
    );
    expect(gateway({})).toBe(`Last seen ${moment(Date.parse(at(1)))}`);
    expect(gateway({ last_seen: null })).toBe('Never');
  });

  it('is refused for reasons that have a text each', () => {
    const codes = [0x81, 0x84, 0x85, 0x86, 0x87, 0x95];
    expect(new Set(codes.map((code) => t(refusalKey(code)))).size).toBe(codes.length);
  });
});

describe('the clock of a device', () => {
  const clock = {
    status: 'local_time',
    offset_minutes: 420,
    suggested_timezone: 'Asia/Jakarta',
    machine_ids: [],
  } as const;
  it.each([
    [clock, 'Sends local time? Its times are +07:00 from UTC.'],
    [{ ...clock, offset_minutes: -210 }, 'Sends local time? Its times are −03:30 from UTC.'],
    [
      { ...clock, suggested_timezone: null },
      'Its times claim to be UTC and are +07:00 off: set the clock of the device.',
    ],
    [{ ...clock, status: 'not_set' } as const, 'Its clock is not set: readings get the time of arrival.'],
  ])('is told', (told, text) => {
    expect(clockText(t, { ...told, machine_ids: [] })).toBe(text);
  });
});

it('shows how far a clock is off in seconds, or in hours where it is in another zone', () => {
  expect(offsetAge(format, 234)).toBe('+0.2 s');
  expect(offsetAge(format, -30)).toBe('0.0 s');
  expect(offsetAge(format, -3_000)).toBe('−3.0 s');
  expect(offsetAge(format, 7 * 3_600_000 - 900)).toBe('+7 h');
});

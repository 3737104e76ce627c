// A gateway as text: the machines that it may publish for, its connection, and its clock.

import type { DeviceClock, Gateway, GatewayStatus } from '@gonsters/contract';
import type { PlainTextKey, Translate } from '../../../i18n/text.ts';
import type { Texts } from '../../../i18n/use-text.ts';

type Rights = Pick<Gateway, 'scope' | 'needs_review' | 'machine_ids' | 'factory_id'>;

/** A gateway that needs review may send for its machines, and for every machine under the topics of its factory. */
export function scopeText(t: Translate, gateway: Rights): string {
  const { machine_ids: machines, factory_id: factory } = gateway;
  if (machines.length === 0 && factory === null) return t('gateways.scope.all');
  const parts = [
    ...(factory === null
      ? []
      : [t(gateway.needs_review ? 'gateways.scope.topics' : 'gateways.scope.factory', { factory })]),
    ...(machines.length === 0 ? [] : [t('gateways.scope.machines', { count: machines.length })]),
  ];
  return parts.join(', ');
}

/** Since when the gateway is connected or not, as far as it is known. */
export function connectionText({ t, format }: Pick<Texts, 't' | 'format'>, gateway: GatewayStatus): string {
  const [connection] = gateway.connections;
  const time = connection?.connected_since ?? gateway.disconnected_at ?? gateway.last_seen;
  if (time === null) return t('users.never');
  const shown = { time: format.moment(Date.parse(time)) };
  if (connection !== undefined) return t('gateways.connection.since', shown);
  if (gateway.disconnected_at === null) return t('gateways.connection.seen', shown);
  return t(gateway.connection_lost ? 'gateways.connection.lost' : 'gateways.connection.ended', shown);
}

/** @param reasonCode of MQTT 5 */
export function refusalKey(reasonCode: number): PlainTextKey {
  switch (reasonCode) {
    case 0x84:
      return 'gateways.refused.version';
    case 0x85:
      return 'gateways.refused.client_id';
    case 0x86:
      return 'gateways.refused.credentials';
    case 0x87:
      return 'gateways.refused.not_authorized';
    case 0x95:
      return 'gateways.refused.too_large';
    default:
      return 'gateways.refused.protocol';
  }
}

const MINUTE_MS = 60_000;
/** Less is shown as 0.0 s. */
const SHOWN_FROM_MS = 50;

/** `+0.2 s`, `+7 h`; a device that is off by hours sends another zone, and seconds mean nothing then. */
export function offsetAge(format: Texts['format'], offsetMs: number): string {
  const size = Math.abs(offsetMs);
  const sign = size < SHOWN_FROM_MS ? '' : offsetMs < 0 ? '−' : '+';
  return `${sign}${format.age(size < MINUTE_MS ? size : Math.round(size / MINUTE_MS) * MINUTE_MS)}`;
}

/** `+07:00`, as it is written in times. */
function offsetText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

export function clockText(t: Translate, clock: DeviceClock): string {
  if (clock.status === 'not_set') return t('gateways.clock.not_set');
  const offset = offsetText(clock.offset_minutes);
  return t(clock.suggested_timezone === null ? 'gateways.clock.wrong' : 'gateways.clock.local', { offset });
}

// A gateway as text: the machines that it may publish for, its connection, and a command to try it.

import { type Broker, type DeviceClock, type Gateway, type GatewayStatus, METRICS } from '@gonsters/contract';
import type { PlainTextKey, Translate } from '../../../i18n/text.ts';
import type { Texts } from '../../../i18n/use-text.ts';

const FACTORY_TOPIC = 'factory/+/machine/+/telemetry';

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

/** A reading published with the gateway's credentials, ready for a shell. `factory` is that of its first machine. */
export function exampleCommand(options: {
  host: string;
  broker: Broker;
  gateway: Gateway;
  password: string;
  factory: string | null;
}): string {
  const { host, broker, gateway, password, factory } = options;
  const machineId = gateway.machine_ids[0] ?? '<machine_id>';
  const reading = { [METRICS[0].name]: 21.5 };
  const toFactory = broker.topics.some((filter) => filter === FACTORY_TOPIC || filter === '#');
  const topic = toFactory
    ? `factory/${factory ?? gateway.factory_id ?? 'plant'}/machine/${machineId}/telemetry`
    : (broker.topics[0] ?? '').replaceAll(/[+#]/g, 'line-1');
  const payload = toFactory ? reading : { machine_id: machineId, ...reading };
  return [
    'mosquitto_pub',
    `-h ${host} -p ${broker.port}`,
    ...(broker.tls ? ['--capath /etc/ssl/certs'] : []),
    `-u ${quoted(gateway.username)} -P ${quoted(password)}`,
    '-q 1',
    `-t ${quoted(topic)}`,
    `-m ${quoted(JSON.stringify(payload))}`,
  ].join(' ');
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

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

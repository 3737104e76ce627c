// The machines that a gateway may publish for, as a text, and a command to try it.

import { type Broker, type Gateway, METRICS } from '@gonsters/contract';
import type { Translate } from '../../../i18n/text.ts';

const FACTORY_TOPIC = 'factory/+/machine/+/telemetry';

export function scopeText(t: Translate, gateway: Pick<Gateway, 'machine_ids' | 'factory_id'>): string {
  const { machine_ids: machines, factory_id: factory } = gateway;
  if (machines.length === 0 && factory === null) return t('gateways.scope.all');
  const parts = [
    ...(factory === null ? [] : [t('gateways.scope.factory', { factory })]),
    ...(machines.length === 0 ? [] : [t('gateways.scope.machines', { count: machines.length })]),
  ];
  return parts.join(', ');
}

/** A reading published with the gateway's credentials, ready for a shell. */
export function exampleCommand(options: { host: string; broker: Broker; gateway: Gateway; password: string }): string {
  const { host, broker, gateway, password } = options;
  const machineId = gateway.machine_ids[0] ?? '<machine_id>';
  const reading = { [METRICS[0].name]: 21.5 };
  const toFactory = broker.topics.some((filter) => filter === FACTORY_TOPIC || filter === '#');
  const topic = toFactory
    ? `factory/${gateway.factory_id ?? 'plant'}/machine/${machineId}/telemetry`
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

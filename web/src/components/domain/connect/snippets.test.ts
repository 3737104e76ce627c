import { describe, expect, it } from 'vitest';
import { exampleReading, factoryOf, nameOnTheWire, snippet, type Target, TOOLS } from './snippets.ts';

const TOPICS = ['gonsters/sensors/#', 'factory/+/machine/+/telemetry'];
const target = (more: Partial<Target> = {}): Target => ({
  http: 'http://10.20.4.10:8080',
  mqtt: { host: 'plant.local', port: 1883, tls: false },
  credentials: { username: 'gw-line-1', password: "it's secret" },
  ...exampleReading(TOPICS, 'PUMP-029', "Bob's"),
  ...more,
});

describe('a program to paste', () => {
  it('is quoted for the shell', () => {
    expect(snippet('shell', target())).toBe(
      [
        'mosquitto_pub -q 1',
        '-h plant.local',
        '-p 1883',
        "-u 'gw-line-1' -P 'it'\\''s secret'",
        "-t 'factory/Bob'\\''s/machine/PUMP-029/telemetry'",
        `-m '{"temperature":41.8}'`,
      ].join(' \\\n  '),
    );
    expect(snippet('http', target())).toContain("'http://10.20.4.10:8080/api/v1/data/ingest?machine=PUMP-029'");
  });

  it('verifies the certificate of a broker with TLS, where the tool has authorities', () => {
    const secure = target({ mqtt: { host: 'plant.local', port: 8883, tls: true } });
    expect(snippet('shell', secure)).toContain('-p 8883 --capath /etc/ssl/certs');
    expect(snippet('python', secure)).toContain('client.tls_set()');
    expect(snippet('esp32', secure)).toContain('WiFiClientSecure net;');
  });

  it('has credentials only where they are needed', () => {
    for (const tool of TOOLS) {
      expect(snippet(tool, target())).toContain('gw-line-1');
      expect(snippet(tool, target({ credentials: null }))).not.toContain('gw-line-1');
    }
  });

  it('is a flow that Node-RED imports', () => {
    const flow = JSON.parse(snippet('node_red', target()) as string);
    expect(flow).toMatchObject([
      { type: 'inject', wires: [[flow[1].id]] },
      { type: 'mqtt out', broker: flow[2].id, topic: "factory/Bob's/machine/PUMP-029/telemetry" },
      { type: 'mqtt-broker', broker: 'plant.local', port: '1883', credentials: { password: "it's secret" } },
    ]);
  });

  it('is for HTTP only where there is no broker', () => {
    const without = TOOLS.filter((tool) => snippet(tool, target({ mqtt: null })) === null);
    expect(without).toEqual(['shell', 'python', 'node_red', 'esp32']);
  });
});

it('names the machine in the payload where the topics of the plant do not', () => {
  expect(exampleReading(['hall/+/#'], 'P1', null)).toEqual({
    ...{ machine: 'P1', topic: 'hall/line-1/line-1', values: { machine_id: 'P1', temperature: 41.8 } },
  });
  expect(exampleReading(['#'], 'P1', null).topic).toBe('factory/plant/machine/P1/telemetry');
});

it('takes the id where the name cannot be part of a topic, and the factory of the machine before that of the gateway', () => {
  const machine_id = '00000000-0000-4000-8000-000000000001';
  expect(nameOnTheWire({ name: 'Press 1', machine_id })).toBe('Press 1');
  expect(nameOnTheWire({ name: 'Press 1/2', machine_id })).toBe(machine_id);
  expect(factoryOf({ factory_id: 'a' }, { factory_id: 'b' })).toBe('a');
  expect(factoryOf({ factory_id: null }, { factory_id: 'b' })).toBe('b');
  expect(factoryOf(null, null)).toBeNull();
});

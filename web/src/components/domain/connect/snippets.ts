// Programs that send one reading of a machine to this installation, ready to paste.

import { type Gateway, type GatewayAddresses, type Machine, METRICS } from '@gonsters/contract';

export const TOOLS = ['shell', 'python', 'node_red', 'esp32', 'http'] as const;
export type Tool = (typeof TOOLS)[number];

export interface Credentials {
  username: string;
  password: string;
}

export interface Target {
  /** The beginning of the address of the server, without a slash at its end. */
  http: string;
  /** null where there is no broker. */
  mqtt: { host: string; port: number; tls: boolean } | null;
  /** null where none are needed. */
  credentials: Credentials | null;
  /** As the device names the machine. */
  machine: string;
  topic: string;
  values: Readonly<Record<string, string | number>>;
}

const FACTORY_TOPIC = 'factory/+/machine/+/telemetry';
/** Of MQTT; other names are part of a topic as they are. */
const NO_TOPIC_LEVEL = /[/+#\0]/;
const EXAMPLE = { [METRICS[0].name]: 41.8 };

/** The name, because people know it; the id where the name cannot be part of a topic. */
export function nameOnTheWire({ name, machine_id }: Pick<Machine, 'name' | 'machine_id'>): string {
  return NO_TOPIC_LEVEL.test(name) ? machine_id : name;
}

/** Where the reading goes, and what it contains. On a topic of the plant's own the payload names the machine. */
export function exampleReading(
  topics: GatewayAddresses['topics'],
  machine: string,
  factory: string | null,
): Pick<Target, 'machine' | 'topic' | 'values'> {
  if (topics.some((filter) => filter === FACTORY_TOPIC || filter === '#'))
    return { machine, topic: `factory/${factory ?? 'plant'}/machine/${machine}/telemetry`, values: EXAMPLE };
  const topic = (topics[0] ?? '').replaceAll(/[+#]/g, 'line-1');
  return { machine, topic, values: { machine_id: machine, ...EXAMPLE } };
}

/** The factory in the topic: that of the machine, which a topic must not contradict, or that of the gateway. */
export const factoryOf = (machine: Pick<Machine, 'factory_id'> | null, gateway: Pick<Gateway, 'factory_id'> | null) =>
  machine?.factory_id ?? gateway?.factory_id ?? null;

/** @returns null where the tool needs a broker and there is none */
export function snippet(tool: Tool, target: Target): string | null {
  if (tool === 'http') return curl(target);
  const { mqtt } = target;
  if (mqtt === null) return null;
  switch (tool) {
    case 'shell':
      return mosquittoPub({ ...target, mqtt });
    case 'python':
      return python({ ...target, mqtt });
    case 'node_red':
      return nodeRed({ ...target, mqtt });
    case 'esp32':
      return esp32({ ...target, mqtt });
  }
}

type MqttTarget = Target & { mqtt: NonNullable<Target['mqtt']> };

export function mosquittoPub({ mqtt, credentials, topic, values }: MqttTarget): string {
  return lines([
    'mosquitto_pub -q 1',
    `-h ${mqtt.host}`,
    `-p ${mqtt.port}${mqtt.tls ? ' --capath /etc/ssl/certs' : ''}`,
    ...(credentials === null ? [] : [`-u ${quoted(credentials.username)} -P ${quoted(credentials.password)}`]),
    `-t ${quoted(topic)}`,
    `-m ${quoted(JSON.stringify(values))}`,
  ]);
}

function curl({ http, credentials, machine, values: { machine_id: _, ...values } }: Target): string {
  return lines([
    'curl -sS --fail-with-body',
    ...(credentials === null ? [] : [`-u ${quoted(`${credentials.username}:${credentials.password}`)}`]),
    "-H 'Content-Type: application/json'",
    `-d ${quoted(JSON.stringify(values))}`,
    quoted(`${http}/api/v1/data/ingest?machine=${encodeURIComponent(machine)}`),
  ]);
}

/** JSON texts are texts of Python, too. */
function python({ mqtt, credentials, topic, values }: MqttTarget): string {
  const text = JSON.stringify;
  const sent = Object.entries(values).map(([name, value]) => `${text(name)}: ${text(value)}`);
  return [
    '# pip install "paho-mqtt>=2"',
    'import json',
    'import time',
    '',
    'import paho.mqtt.client as mqtt',
    '',
    'client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)',
    ...(credentials === null
      ? []
      : [`client.username_pw_set(${text(credentials.username)}, ${text(credentials.password)})`]),
    ...(mqtt.tls ? ['client.tls_set()'] : []),
    `client.connect(${text(mqtt.host)}, ${mqtt.port})`,
    'client.loop_start()',
    'while True:',
    `    values = {${sent.join(', ')}}`,
    `    client.publish(${text(topic)}, json.dumps(values), qos=1)`,
    '    time.sleep(1)',
  ].join('\n');
}

/** A flow to import. */
function nodeRed({ mqtt, credentials, topic, values }: MqttTarget): string {
  const flow = [
    {
      ...{ id: 'gonsters-inject', type: 'inject', name: 'each second', repeat: '1', once: true },
      ...{ props: [{ p: 'payload' }], payload: JSON.stringify(values), payloadType: 'json' },
      ...{ x: 140, y: 80, wires: [['gonsters-out']] },
    },
    {
      ...{ id: 'gonsters-out', type: 'mqtt out', name: '', topic, qos: '1', retain: 'false' },
      ...{ broker: 'gonsters-broker', x: 380, y: 80, wires: [] },
    },
    {
      ...{ id: 'gonsters-broker', type: 'mqtt-broker', name: 'GONSTERS', broker: mqtt.host, port: String(mqtt.port) },
      ...{
        clientid: '',
        autoConnect: true,
        usetls: mqtt.tls,
        protocolVersion: '4',
        keepalive: '60',
        cleansession: true,
      },
      ...(credentials === null ? {} : { credentials: { user: credentials.username, password: credentials.password } }),
    },
  ];
  return JSON.stringify(flow, null, 2);
}

/** JSON texts are texts of C++, too. */
function esp32({ mqtt, credentials, topic, values }: MqttTarget): string {
  const text = JSON.stringify;
  const secure = mqtt.tls ? 'WiFiClientSecure' : 'WiFiClient';
  const signIn = credentials === null ? '' : `, ${text(credentials.username)}, ${text(credentials.password)}`;
  return [
    '// Library: PubSubClient',
    '#include <WiFi.h>',
    ...(mqtt.tls ? ['#include <WiFiClientSecure.h>'] : []),
    '#include <PubSubClient.h>',
    '',
    `${secure} net;`,
    'PubSubClient client(net);',
    '',
    'void setup() {',
    '  WiFi.begin("your network", "its password");',
    '  while (WiFi.status() != WL_CONNECTED) delay(200);',
    ...(mqtt.tls
      ? ['  // With net.setCACert(…) the certificate of the server is verified.', '  net.setInsecure();']
      : []),
    `  client.setServer(${text(mqtt.host)}, ${mqtt.port});`,
    '}',
    '',
    'void loop() {',
    '  String id = "esp32-" + WiFi.macAddress();',
    `  if (!client.connected()) client.connect(id.c_str()${signIn});`,
    '  client.loop();',
    `  client.publish(${text(topic)}, ${text(JSON.stringify(values))});`,
    '  delay(1000);',
    '}',
  ].join('\n');
}

const lines = (parts: readonly string[]) => parts.join(' \\\n  ');
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

// What Grafana and Prometheus are told to look at is what a server really tells at /metrics.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Made by Prometheus itself. */
const OF_PROMETHEUS = new Set(['up']);

describe('the monitoring files', () => {
  let directory: string;
  let server: RunningServer;
  /** Every series that the server tells, with the labels that it has. */
  const series = new Map<string, Set<string>>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gonsters-monitoring-'));
    server = await startProcess(join(directory, 'data'));
    // So that every labelled series is there: something stored, something refused.
    const token = await signIn(server.http);
    const made = await request(server.http, token, 'POST', '/data/machine', {
      name: 'Press 1',
      location: 'Hall A',
      sensor_type: 'press',
    });
    const timestamp = new Date().toISOString();
    const batch = [made.body.machine_id, '00000000-0000-4000-8000-000000000000'].map((machine_id) => ({
      ...{ machine_id, sensor_type: 'press', location: 'Hall A' },
      readings: [{ timestamp, temperature: 60 }],
    }));
    expect(
      await request(server.http, token, 'POST', '/data/ingest', { gateway_id: 'g', timestamp, batch }),
    ).toMatchObject({ status: 207 });
    const text = await (await fetch(`${server.http}/metrics`)).text();
    for (const [, name, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
      const known = series.get(name as string) ?? new Set<string>();
      for (const [, label] of labels.matchAll(/(\w+)="/g)) known.add(label as string);
      series.set(name as string, known);
    }
  });

  afterAll(async () => {
    await server.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    ['deploy/grafana/gonsters.json', 15],
    ['deploy/prometheus/gonsters.rules.yml', 10],
  ])('%s names only what there is', (file, atLeast) => {
    const expressions = expressionsOf(file);
    expect(expressions.length).toBeGreaterThanOrEqual(atLeast);
    for (const expression of expressions) {
      const named = [...expression.matchAll(/\b([a-z][a-z0-9_]*)\{([^}]*)\}/g)];
      expect(named.length, expression).toBeGreaterThan(0);
      for (const [, name = '', matchers = ''] of named.filter(([, name]) => !OF_PROMETHEUS.has(name as string))) {
        expect([...series.keys()], expression).toContain(name);
        const wanted = [...matchers.matchAll(/(\w+)\s*=/g)].map(([, label]) => label as string);
        // What Prometheus adds, and what it has of the series.
        const known = ['job', 'instance', 'le', ...(series.get(name) as Set<string>)];
        for (const label of [...wanted, ...groupedBy(expression)]) expect(known, expression).toContain(label);
      }
    }
  });

  it('tells of every part whether it does its work', async () => {
    expect(await partsOf(server)).toEqual({ clock: '1', database: '1', readings: '1', ingest: '1' });
    const withoutBroker = await startProcess(join(directory, 'without-broker'), {
      MQTT_BROKER_HOST: '127.0.0.1',
      MQTT_BROKER_PORT: String(await freePort()),
      LOG_LEVEL: 'silent',
    });
    try {
      expect(await partsOf(withoutBroker)).toMatchObject({ readings: '1', broker: '0.5' });
    } finally {
      await withoutBroker.end('SIGTERM');
    }
  });

  it('a metric that is not there would be found', () => {
    expect([...series.keys()]).not.toContain('gonsters_readings_total');
    expect(groupedBy('sum by (le, route) (x)')).toEqual(['le', 'route']);
  });
});

async function partsOf({ http }: RunningServer): Promise<Record<string, string>> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^gonsters_part_up\{part="(\w+)"\} (\S+)$/gm)].map(([, part, up]) => [part, up]),
  );
}

function expressionsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  if (!file.endsWith('.json'))
    return [...text.matchAll(/^\s+expr: (.*)$/gm)].map(([, expression]) => expression as string);
  const { panels } = JSON.parse(text) as { panels: { targets?: { expr: string }[] }[] };
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

function groupedBy(expression: string): string[] {
  return [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
    labels.split(',').map((each) => each.trim()),
  );
}

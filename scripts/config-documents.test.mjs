import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../server/src/config.ts';
import { VARIABLE_SECTIONS, VARIABLES } from '../server/src/config-variables.ts';
import { envExample, readmeTable, withTable } from './config-documents.mjs';
import { ROOT } from './setup.mjs';

const read = (file) => readFileSync(join(ROOT, file), 'utf8');

it('.env.example is what the catalogue of variables says', () => {
  expect(read('.env.example')).toBe(envExample(VARIABLE_SECTIONS));
});

it('the table of the README is what the catalogue of variables says', () => {
  const readme = read('README.md');
  expect(withTable(readme, VARIABLE_SECTIONS)).toBe(readme);
  for (const line of readmeTable(VARIABLE_SECTIONS).split('\n')) expect(line.length, line).toBeLessThanOrEqual(160);
});

it('the values of .env.example are taken', () => {
  const values = [...envExample(VARIABLE_SECTIONS).matchAll(/^#?([A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  // Alternatives and what needs a server are left out: each is tested with the configuration.
  const alone = /^(POSTGRES_|INFLUXDB_|DATABASE_URL|REDIS_URL|MQTT_TLS)/;
  expect(values.length).toBeGreaterThan(20);
  expect(() => readConfig(Object.fromEntries(values.filter(([name]) => !alone.test(name))))).not.toThrow();
});

it('names every variable once', () => {
  const names = Object.values(VARIABLE_SECTIONS).flatMap((variables) => Object.keys(variables));
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(VARIABLES).sort()).toEqual([...names].sort());
});

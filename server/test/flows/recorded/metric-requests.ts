// Requests for metrics and machine types, as part of those in `requests.ts`.

import type { RecordedRequest } from './requests.ts';

const asManagement = { as: 'Management' } as const;

export const METRIC_REQUESTS: readonly RecordedRequest[] = [
  {
    ...{ name: 'add a metric', ...asManagement, method: 'POST', path: '/metrics' },
    body: { name: 'vibration_rms', label: 'Vibration', unit: 'mm/s', min: 0, limits: { high: 4.5 }, group: 'Drive' },
  },
  {
    ...{ name: 'add a state metric', ...asManagement, method: 'POST', path: '/metrics' },
    body: { name: 'run_state', kind: 'state', states: ['stopped', 'running'] },
  },
  {
    name: 'add a metric with a reserved name',
    ...asManagement,
    method: 'POST',
    path: '/metrics',
    body: { name: 'at' },
  },
  {
    ...{ name: 'change a metric', as: 'Supervisor', method: 'PATCH', path: '/metrics/vibration_rms' },
    body: { decimals: 1, order: 5 },
  },
  {
    ...{ name: 'change the unit of a metric, forbidden', as: 'Supervisor', method: 'PATCH' },
    ...{ path: '/metrics/vibration_rms', body: { unit: 'm/s' } },
  },
  { name: 'metrics', as: 'Operator', method: 'GET', path: '/metrics?limit=10' },
  { name: 'metrics of a machine', as: 'Operator', method: 'GET', path: '/metrics?machine_id={press}&search=temp' },
  { name: 'a metric', as: 'Operator', method: 'GET', path: '/metrics/vibration_rms' },
  { name: 'accept a metric', as: 'Supervisor', method: 'POST', path: '/metrics/vibration_rms/accept' },
  {
    ...{ name: 'add another metric', ...asManagement, method: 'POST', path: '/metrics' },
    body: { name: 'vib', aliases: ['Vib RMS'] },
  },
  {
    ...{ name: 'merge metrics', ...asManagement, method: 'POST', path: '/metrics/merge' },
    body: { from: 'vib', into: 'vibration_rms' },
  },
  { name: 'undo a merge', ...asManagement, method: 'DELETE', path: '/metrics/vib/merge' },
  { name: 'delete a metric', ...asManagement, method: 'DELETE', path: '/metrics/vib' },
  { name: 'delete a metric that every plant has', ...asManagement, method: 'DELETE', path: '/metrics/speed' },
  {
    ...{ name: 'change a machine type', as: 'Supervisor', method: 'PUT', path: '/machine-types/press' },
    body: {
      metrics: [{ name: 'vibration_rms', decimals: 2 }, { name: 'run_state' }],
      headline: ['vibration_rms'],
      state: { metric: 'run_state', running: ['running'], stopped: ['stopped'] },
    },
  },
  { name: 'machine types', as: 'Operator', method: 'GET', path: '/machine-types' },
  { name: 'a machine type', as: 'Operator', method: 'GET', path: '/machine-types/press' },
  { name: 'delete a machine type in use', ...asManagement, method: 'DELETE', path: '/machine-types/press' },
  {
    ...{
      name: 'override a metric of a machine',
      as: 'Supervisor',
      method: 'PUT',
      path: '/data/machines/{press}/metrics',
    },
    body: { metrics: [{ name: 'vibration_rms', max: 20 }] },
  },
  { name: 'the metrics of a machine', as: 'Operator', method: 'GET', path: '/data/machines/{press}/metrics' },
  { name: 'export the metrics', as: 'Operator', method: 'GET', path: '/machine-types/export' },
  {
    ...{ name: 'preview an import', ...asManagement, method: 'POST', path: '/machine-types/import?preview=true' },
    body: {
      ...{ format: 'gonsters-metrics', version: 1 },
      metrics: [
        { name: 'vibration_rms', unit_code: 'm/s' },
        { name: 'oil_level', unit: '%' },
      ],
      machine_types: [{ name: 'press', metrics: [{ name: 'vibration_rms' }, { name: 'oil_level' }] }],
    },
  },
  {
    ...{ name: 'calibrate a sensor', as: 'Supervisor', method: 'PUT' },
    path: '/data/machines/{press}/metrics/vibration_rms/calibration',
    body: { offsets: [{ from: '2026-01-02T08:00:00Z', offset: -0.5 }] },
  },
  {
    ...{ name: 'the calibration of a sensor', as: 'Operator', method: 'GET' },
    path: '/data/machines/{press}/metrics/vibration_rms/calibration',
  },
];

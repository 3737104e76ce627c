// Sections of the settings screen, as its addresses name them.

export const SETTINGS_SECTIONS = [
  'thresholds',
  'users',
  'gateways',
  'ingest',
  'audit',
  'retention',
  'reset',
  'api-keys',
  'account',
  'security',
];

// Names of the actions in the audit log. An unknown action is shown by its identifier.

import type { PlainTextKey } from '../../../i18n/text.ts';

export const AUDIT_ACTIONS = {
  'session.login': 'audit.session.login',
  'session.logout': 'audit.session.logout',
  'session.refresh': 'audit.session.refresh',
  'user.create': 'audit.user.create',
  'user.update': 'audit.user.update',
  'user.delete': 'audit.user.delete',
  'user.password': 'audit.user.password',
  'config.update': 'audit.config.update',
  'config.reset': 'audit.config.reset',
  'limits.update': 'audit.limits.update',
  'machine.create': 'audit.machine.create',
  'machine.update': 'audit.machine.update',
  'machine.delete': 'audit.machine.delete',
  'machine.import': 'audit.machine.import',
  'machine.successor': 'audit.machine.successor',
  'machine.accept': 'audit.machine.accept',
  'machine.reject': 'audit.machine.reject',
  'metric.create': 'audit.metric.create',
  'metric.update': 'audit.metric.update',
  'metric.delete': 'audit.metric.delete',
  'metric.retire': 'audit.metric.retire',
  'metric.accept': 'audit.metric.accept',
  'metric.merge': 'audit.metric.merge',
  'metric.unmerge': 'audit.metric.unmerge',
  'machine_type.create': 'audit.machine_type.create',
  'machine_type.update': 'audit.machine_type.update',
  'machine_type.delete': 'audit.machine_type.delete',
  'machine_type.import': 'audit.machine_type.import',
  'machine_metrics.update': 'audit.machine_metrics.update',
  'calibration.update': 'audit.calibration.update',
  'clock.confirm': 'audit.clock.confirm',
  'damage.acknowledge': 'audit.damage.acknowledge',
  'gateway.create': 'audit.gateway.create',
  'gateway.update': 'audit.gateway.update',
  'gateway.delete': 'audit.gateway.delete',
  'alert.acknowledge': 'audit.alert.acknowledge',
  'alert.shelve': 'audit.alert.shelve',
  'alert.unshelve': 'audit.alert.unshelve',
} as const satisfies Readonly<Record<string, PlainTextKey>>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
export const isKnownAction = (action: string): action is AuditAction => Object.hasOwn(AUDIT_ACTIONS, action);

// Roles and permissions. The server enforces this table, and the page follows it.

import { z } from 'zod';

export const ROLES = ['Operator', 'Supervisor', 'Management'] as const;
export type Role = (typeof ROLES)[number];
export const roleSchema = z.enum(ROLES);

const OPERATOR = [
  'read:machines',
  'read:sensor_data',
  'write:sensor_data',
  'read:config',
  'read:alerts',
  'ack:alerts',
] as const;
const SUPERVISOR = [...OPERATOR, 'write:machines', 'shelve:alerts', 'read:reports', 'write:reports'] as const;
const MANAGEMENT = [
  ...SUPERVISOR,
  'delete:machines',
  'delete:sensor_data',
  'write:config',
  'read:users',
  'write:users',
  'delete:users',
  'read:audit',
] as const;

/** Permissions that came later stand at the end, so that clients find the others where they were. */
const CORRECT = 'correct:sensor_data';

export const PERMISSIONS = [...MANAGEMENT, CORRECT] as const;
export type Permission = (typeof PERMISSIONS)[number];
export const permissionSchema = z.enum(PERMISSIONS);

export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  Operator: OPERATOR,
  Supervisor: [...SUPERVISOR, CORRECT],
  Management: PERMISSIONS,
};

export function roleMay(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}

// A user as the API returns it, without the password hash.

import { ROLE_PERMISSIONS, type User } from '@gonsters/contract';
import { NO_PASSWORD, type UserRecord } from './user-repository.ts';

export function userView(record: UserRecord): User {
  return {
    id: record.id,
    username: record.username,
    email: record.email,
    role: record.role,
    permissions: [...ROLE_PERMISSIONS[record.role]],
    factory_id: record.factoryId,
    department: record.department,
    is_active: record.isActive,
    is_admitted: record.isAdmitted,
    sign_in: record.passwordHash === NO_PASSWORD ? 'oidc' : 'password',
    is_break_glass: record.isBreakGlass,
    created_at: new Date(record.createdAtMs).toISOString(),
    last_login: record.lastLoginMs === null ? null : new Date(record.lastLoginMs).toISOString(),
  };
}

// The roles, with what each may do in a sentence.

import type { Role } from '@gonsters/contract';
import type { PlainTextKey } from '../../../i18n/text.ts';

export const ROLE_HINTS: Record<Role, PlainTextKey> = {
  Operator: 'users.role.operator',
  Supervisor: 'users.role.supervisor',
  Management: 'users.role.management',
};
export const ROLE_NAMES = Object.keys(ROLE_HINTS) as Role[];

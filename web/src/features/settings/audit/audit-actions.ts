// The actions of the audit log in words. An unknown action is shown by its identifier.

import { areaText } from '../../../i18n/area-text.ts';
import { en } from '../../../i18n/audit/en.ts';
import { id } from '../../../i18n/audit/id.ts';

type AuditAction = keyof typeof en;

export const AUDIT_ACTIONS = Object.keys(en) as AuditAction[];
export const isKnownAction = (action: string): action is AuditAction => Object.hasOwn(en, action);
export const useAuditText = areaText(en, id);

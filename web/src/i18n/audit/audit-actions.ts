// The actions of the audit log in words. An unknown action is shown by its identifier.

import { areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

type AuditAction = keyof typeof en;

export const AUDIT_ACTIONS = Object.keys(en) as AuditAction[];
export const isKnownAction = (action: string): action is AuditAction => Object.hasOwn(en, action);
export const useAuditText = areaText(en, id);

// A contact point that was verified is used at once, after those that came before it. Pure.

import type { ContactPreferences } from '@gonsters/contract';

export const withContact = (preferences: ContactPreferences, contactId: string): ContactPreferences => ({
  ...preferences,
  normal: [...preferences.normal, contactId],
  critical: preferences.critical === null ? null : [...preferences.critical, contactId],
});

// What calls people who do not look at the page, apart from the sound: notifications, and the count in the title.

import { useNotifications } from './use-notifications.ts';
import { useTitleBadge } from './use-title-badge.ts';

export function AlertSignals() {
  useNotifications();
  useTitleBadge();
  return null;
}

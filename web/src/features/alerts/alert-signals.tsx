// What calls people who do not look at the page, apart from the sound: notifications, and the count in the title.

import { useNotifications } from './notify/use-notifications.ts';
import { useTitleBadge } from './title-badge.ts';

export function AlertSignals() {
  useNotifications();
  useTitleBadge();
  return null;
}

// A push message of the server as the notification that shows it.

import { asOwnPath } from './own-addresses.ts';

interface ShownPush {
  title: string;
  options: NotificationOptions & { renotify: boolean };
}

/** A browser ends the subscription of a page that shows nothing, so whatever comes is shown. */
export function shownPush(text: string | null, origin: string): ShownPush {
  const { title, body, tag, url, critical } = parsed(text);
  return {
    title: typeof title === 'string' && title !== '' ? title : 'GONSTERS',
    options: {
      body: typeof body === 'string' ? body : '',
      icon: '/icon-192.png',
      badge: '/icon-192.png',
      // The newest about an alert takes the place of the one before, and is heard again.
      tag: typeof tag === 'string' ? tag : 'gonsters',
      renotify: true,
      requireInteraction: critical === true,
      data: { url: asOwnPath(url, origin) },
    },
  };
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = text === null ? null : JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

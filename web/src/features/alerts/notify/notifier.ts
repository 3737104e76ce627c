// Shows and closes browser notifications, through the service worker where there is one, which phones require.

export interface Notice {
  /** One notification per tag: a newer one takes the place of the older. */
  tag: string;
  title: string;
  body: string;
  /** Where a click leads. */
  url: string;
}

/** Why there are no notifications, or that there may be. */
export type NotifyPermission = 'granted' | 'denied' | 'default' | 'insecure' | 'unsupported';

export function notifyPermission(): NotifyPermission {
  if (!window.isSecureContext) return 'insecure';
  if (!('Notification' in window)) return 'unsupported';
  return Notification.permission;
}

/** Only ever upon a click that asks for notifications. */
export async function askPermission(): Promise<NotifyPermission> {
  if (notifyPermission() === 'default') await Notification.requestPermission();
  return notifyPermission();
}

export class Notifier {
  readonly #shown = new Map<string, Notification>();
  readonly #open: (url: string) => void;

  /** `open` leads to a page of this tab. */
  constructor(open: (url: string) => void) {
    this.#open = open;
  }

  async show({ tag, title, body, url }: Notice): Promise<void> {
    if (notifyPermission() !== 'granted') return;
    // `renotify`: an escalation alerts again although it replaces a notification with the same tag.
    const options = { tag, body, icon: '/icon.svg', renotify: true, data: { url } };
    const registration = await registered();
    if (registration) {
      await registration.showNotification(title, options);
      return;
    }
    const notification = new Notification(title, options);
    notification.onclick = () => {
      window.focus();
      this.#open(url);
      notification.close();
    };
    this.#shown.set(tag, notification);
  }

  async close(tags: readonly string[]): Promise<void> {
    for (const tag of tags) {
      this.#shown.get(tag)?.close();
      this.#shown.delete(tag);
    }
    const registration = await registered();
    if (!registration || tags.length === 0) return;
    for (const notification of await registration.getNotifications()) {
      if (tags.includes(notification.tag)) notification.close();
    }
  }
}

async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.active ? registration : undefined;
}

// What Web Push needs, and the subscription of this browser.

export type PushNeed = 'https' | 'home' | 'none' | 'denied';

interface Surroundings {
  isSecure: boolean;
  hasWorker: boolean;
  hasPush: boolean;
  permission: NotificationPermission | null;
  /** An iPhone or iPad, on which only a page of the home screen may push. */
  isApple: boolean;
  isStandalone: boolean;
}

/** null where nothing is missing. */
export function pushNeed(here: Surroundings): PushNeed | null {
  if (!here.isSecure) return 'https';
  if (here.isApple && !here.isStandalone) return 'home';
  if (!here.hasWorker || !here.hasPush || here.permission === null) return 'none';
  return here.permission === 'denied' ? 'denied' : null;
}

export function surroundings(): Surroundings {
  const isApple =
    /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  return {
    isSecure: window.isSecureContext,
    hasWorker: 'serviceWorker' in navigator,
    hasPush: 'PushManager' in window,
    permission: 'Notification' in window ? Notification.permission : null,
    isApple,
    isStandalone: matchMedia('(display-mode: standalone)').matches,
  };
}

/** The subscription that exists, or null. */
export async function currentSubscription(): Promise<PushSubscription | null> {
  if (!('serviceWorker' in navigator)) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

/** `publicKey`: VAPID, base64url. Rejects where the push service does not answer. */
export async function subscribe(publicKey: string): Promise<PushSubscription> {
  const registration = await navigator.serviceWorker.ready;
  const before = await registration.pushManager.getSubscription();
  // One that was made with another key cannot be used with this one.
  if (before !== null) await before.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
}

/** As the server takes it: where messages go, and the keys to encrypt them with. */
export function pushAddress(subscription: PushSubscription): string {
  const { endpoint, keys } = subscription.toJSON();
  return JSON.stringify({ endpoint, keys });
}

const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;

/** By which a person tells one browser from another. */
export function browserName(userAgent: string): { browser: string; system: string } {
  const find = (list: readonly (readonly [RegExp, string])[]) =>
    list.find(([sign]) => sign.test(userAgent))?.[1] ?? '?';
  return { browser: find(BROWSERS), system: find(SYSTEMS) };
}

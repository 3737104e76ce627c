// The browser's own sound and notifications, replaced so that a test can tell what would be heard and seen.

import type { BrowserContext, Page } from 'playwright-core';

export interface Tone {
  hz: number;
  /** By the audio clock. */
  atS: number;
  lengthS: number;
}

/** `blocked`: as a browser that lets nothing play until `window.mayPlay` is set. */
export async function hearSounds(
  context: BrowserContext,
  { blocked = false } = {},
): Promise<(page: Page) => Promise<Tone[]>> {
  await context.addInitScript(
    (starts: string) => {
      const tones: { hz: number; atS: number; lengthS: number }[] = [];
      class FakeAudioContext extends EventTarget {
        state = starts;
        currentTime = 1;
        destination = {};
        onstatechange: (() => void) | null = null;
        async resume() {
          if (starts === 'suspended' && !('mayPlay' in window)) return;
          this.state = 'running';
          this.onstatechange?.();
        }
        async close() {
          this.state = 'closed';
        }
        createGain() {
          const gain = { value: 1, setValueAtTime() {}, linearRampToValueAtTime() {} };
          return { gain, connect() {} };
        }
        createOscillator() {
          const tone = { hz: 0, atS: 0, lengthS: 0 };
          const frequency = { value: 440 };
          return {
            frequency,
            connect() {},
            start(atS: number) {
              tone.hz = frequency.value;
              tone.atS = atS;
              tones.push(tone);
            },
            stop(atS: number) {
              tone.lengthS = atS - tone.atS;
            },
          };
        }
      }
      Object.assign(window, { AudioContext: FakeAudioContext, heardTones: tones });
    },
    blocked ? 'suspended' : 'running',
  );
  return (page) => page.evaluate(() => (window as unknown as { heardTones: Tone[] }).heardTones);
}

export interface Notifications {
  /** How often the person was asked for permission; always granted. */
  asked: number;
  shown: { title: string; tag: string; url: string; closed: boolean }[];
}

export async function watchNotifications(context: BrowserContext): Promise<(page: Page) => Promise<Notifications>> {
  await context.addInitScript(() => {
    const seen: Notifications = { asked: 0, shown: [] };
    class FakeNotification {
      static permission = 'default';
      static async requestPermission() {
        seen.asked++;
        FakeNotification.permission = 'granted';
        return FakeNotification.permission;
      }
      readonly #shown: Notifications['shown'][number];
      constructor(title: string, { tag, data }: { tag: string; data: { url: string } }) {
        this.#shown = { title, tag, url: data.url, closed: false };
        seen.shown.push(this.#shown);
      }
      close() {
        this.#shown.closed = true;
      }
    }
    Object.assign(window, { Notification: FakeNotification, seenNotifications: seen });
  });
  return (page) => page.evaluate(() => (window as unknown as { seenNotifications: Notifications }).seenNotifications);
}

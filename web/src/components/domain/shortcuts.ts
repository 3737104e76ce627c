// The keyboard shortcuts, and the switch for those of a single key.

import type { Permission } from '@gonsters/contract';
import type { TextKey } from '../../i18n/text.ts';

/** In the order of the list. `keys` are pressed one after the other. */
export const SHORTCUTS = [
  { name: 'fleet', keys: ['g', 'f'], label: 'shortcuts.go.fleet', group: 'go' },
  { name: 'machines', keys: ['g', 'm'], label: 'shortcuts.go.machines', group: 'go' },
  { name: 'alerts', keys: ['g', 'a'], label: 'shortcuts.go.alerts', group: 'go' },
  { name: 'history', keys: ['g', 'h'], label: 'shortcuts.go.history', group: 'go' },
  { name: 'settings', keys: ['g', 's'], label: 'shortcuts.go.settings', group: 'go' },
  { name: 'search', keys: ['/'], label: 'shortcuts.search', group: 'do' },
  { name: 'add', keys: ['n'], label: 'dialog.add', group: 'do', permission: 'write:machines' },
  { name: 'left', keys: ['['], label: 'shortcuts.left', group: 'do' },
  { name: 'right', keys: [']'], label: 'shortcuts.right', group: 'do' },
  { name: 'theme', keys: ['t'], label: 'app.theme', group: 'do' },
  { name: 'help', keys: ['?'], label: 'shortcuts.help', group: 'do' },
] as const satisfies readonly {
  name: string;
  keys: readonly string[];
  label: TextKey;
  group: 'go' | 'do';
  permission?: Permission;
}[];
export type Shortcut = (typeof SHORTCUTS)[number];
export type ShortcutName = Shortcut['name'];

interface Press {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
}

const BY_PLACE: Readonly<Record<string, string>> = { BracketLeft: '[', BracketRight: ']', Slash: '/' };

/**
 * What a key means: the character it writes, and where the layout writes none of ours (Cyrillic, Arabic, umlauts) the
 * one that a keyboard of the United States has in that place.
 */
export function keyOf({ key, code, shiftKey }: Press): string {
  if (/^[!-~]$/.test(key)) return key.toLowerCase();
  if (key.length > 1) return '';
  const placed = /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : (BY_PLACE[code] ?? '');
  return placed === '/' && shiftKey ? '?' : placed;
}

/** The shortcut that the last keys make, if they do, the newest at the end. */
export function findShortcut(pressed: readonly string[]): Shortcut | null {
  const ending = (keys: readonly string[]) =>
    keys.length <= pressed.length && keys.every((key, index) => key === pressed[pressed.length - keys.length + index]);
  // The longer one first: `g a` is not `a`.
  return SHORTCUTS.toSorted((a, b) => b.keys.length - a.keys.length).find(({ keys }) => ending(keys)) ?? null;
}

const KEY = 'gonsters.shortcuts';

/** WCAG 2.1.4: one letter alone can be switched off. */
export const shortcutsOn = (): boolean => localStorage.getItem(KEY) !== 'off';
export const setShortcutsOn = (on: boolean): void => localStorage.setItem(KEY, on ? 'on' : 'off');

export const IS_MAC = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');
export const PALETTE_KEYS: readonly string[] = IS_MAC ? ['⌘', 'K'] : ['Ctrl', 'K'];

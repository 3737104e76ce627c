import { describe, expect, it } from 'vitest';
import { findShortcut, keyOf, SHORTCUTS } from './shortcuts.ts';

const press = (key: string, code: string, shiftKey = false) => keyOf({ key, code, shiftKey });

describe('a key', () => {
  it('means the character it writes, wherever the layout has it', () => {
    expect(press('g', 'KeyG')).toBe('g');
    expect(press('G', 'KeyG', true)).toBe('g');
    expect(press('?', 'Slash', true)).toBe('?');
    // German: the slash is above the seven, the Z where others have the Y.
    expect(press('/', 'Digit7', true)).toBe('/');
    expect(press('z', 'KeyY')).toBe('z');
  });

  it('means its place where the layout writes none of ours', () => {
    expect(press('ф', 'KeyA')).toBe('a');
    expect(press('ü', 'BracketLeft')).toBe('[');
    expect(press('؟', 'Slash', true)).toBe('?');
  });

  it('is nothing where it writes nothing', () => {
    for (const key of ['Shift', 'Enter', 'Dead', 'F1', 'Process']) expect(press(key, 'KeyA')).toBe('');
    expect(press(' ', 'Space')).toBe('');
  });
});

describe('keys pressed one after the other', () => {
  it('find the shortcut they end in', () => {
    expect(findShortcut(['g'])).toBeNull();
    expect(findShortcut(['g', 'a'])?.name).toBe('alerts');
    expect(findShortcut(['x', 't'])?.name).toBe('theme');
    expect(findShortcut(['a'])).toBeNull();
  });

  it('find every shortcut there is', () => {
    for (const { name, keys } of SHORTCUTS) expect(findShortcut(keys)?.name).toBe(name);
  });
});

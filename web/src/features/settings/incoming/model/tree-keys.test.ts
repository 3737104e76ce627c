import { describe, expect, it } from 'vitest';
import { treeLines } from './message-tree.ts';
import { type TreeItem, treeMove } from './tree-keys.ts';

const items = (shut: ReadonlySet<string> = new Set()) =>
  treeLines({ dev: 'A', d: { load: 1, vib: { x: 2 } } }, shut).filter(
    (line): line is TreeItem => line.kind === 'value' || line.kind === 'open',
  );
const named = (all: readonly TreeItem[], name: string) => all.find((item) => item.name === name) as TreeItem;

/** Name of the line that gets the focus, or what happens. */
function press(key: string, name: string, shut?: ReadonlySet<string>): unknown {
  const all = items(shut);
  const move = treeMove(key, all, named(all, name));
  return move !== null && typeof move === 'object' ? move.focus?.name : move;
}

describe('the keys of a tree', () => {
  it('go from line to line, over brackets', () => {
    expect(press('ArrowDown', 'dev')).toBe('d');
    expect(press('ArrowUp', 'load')).toBe('d');
    expect(press('ArrowDown', 'x')).toBeUndefined();
    expect(press('Home', 'x')).toBeNull();
    expect(press('End', 'dev')).toBe('x');
  });

  it('go into an object and out of it, or open and shut it', () => {
    expect(press('ArrowRight', 'vib')).toBe('x');
    expect(press('ArrowLeft', 'x')).toBe('vib');
    expect(press('ArrowLeft', 'vib')).toBe('toggle');
    const shut = new Set(['$/d']);
    expect(press('ArrowRight', 'd', shut)).toBe('toggle');
    expect(press('ArrowLeft', 'd', shut)).toBeNull();
  });

  it('choose a value, and are not the tree’s otherwise', () => {
    expect(press('Enter', 'load')).toBe('press');
    expect(press(' ', 'load')).toBe('press');
    expect(press('a', 'load')).toBeNull();
  });
});

// What a key does in a tree: where the focus goes, or what happens to the line that has it.

import type { TreeLine } from './message-tree.ts';

export type TreeItem = TreeLine & { kind: 'value' | 'open' };
export type TreeMove = { focus: TreeItem | undefined } | 'toggle' | 'press';

/** As the tree pattern of ARIA has it. null for a key that is not the tree's. */
export function treeMove(key: string, items: readonly TreeItem[], line: TreeItem): TreeMove | null {
  const at = items.findIndex((item) => item.key === line.key);
  const isOpen = line.kind === 'open' && !line.isShut;
  switch (key) {
    case 'ArrowDown':
      return { focus: items[at + 1] };
    case 'ArrowUp':
      return { focus: items[at - 1] };
    case 'Home':
      return { focus: items[0] };
    case 'End':
      return { focus: items.at(-1) };
    case 'ArrowRight':
      if (line.kind !== 'open') return { focus: undefined };
      return isOpen ? { focus: items[at + 1] } : 'toggle';
    case 'ArrowLeft':
      if (isOpen) return 'toggle';
      return { focus: items.findLast((item, index) => index < at && item.depth < line.depth) };
    case 'Enter':
    case ' ':
      return 'press';
    default:
      return null;
  }
}

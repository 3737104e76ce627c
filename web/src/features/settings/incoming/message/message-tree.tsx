// A payload as a tree, each value with what it becomes. Arrow keys move, Enter chooses.

import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { type TreeLine, treeLines } from '../model/message-tree.ts';
import { type TreeItem, treeMove } from '../model/tree-keys.ts';
import { useIncomingText } from '../use-incoming-text.ts';

type ValueLine = TreeLine & { kind: 'value' };

/** Deeper than this nothing is indented further: names have to stay readable. */
const MAX_INDENT = 8;

export function MessageTree({
  payload,
  chosen,
  becomes,
  onChoose,
}: {
  payload: unknown;
  /** Key of the chosen line. */
  chosen: string | null;
  /** What a value becomes, beside it. */
  becomes: (line: ValueLine) => ReactNode;
  onChoose: (line: ValueLine) => void;
}) {
  const { say } = useIncomingText();
  const tree = useRef<HTMLDivElement>(null);
  const [shut, setShut] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState('$');
  const lines = treeLines(payload, shut);
  const items = lines.filter((line): line is TreeItem => line.kind === 'value' || line.kind === 'open');
  // Another message may lack what had the focus.
  const inReach = items.some(({ key }) => key === focused) ? focused : items[0]?.key;
  const toggle = (key: string) =>
    setShut((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const press = (line: TreeItem) => (line.kind === 'value' ? onChoose(line) : toggle(line.key));
  const onKeyDown = (event: KeyboardEvent, line: TreeItem) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = treeMove(event.key, items, line);
    if (move === null) return;
    event.preventDefault();
    if (move === 'press') press(line);
    else if (move === 'toggle') toggle(line.key);
    else if (move.focus)
      tree.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(move.focus.key)}"]`)?.focus();
  };
  return (
    <div ref={tree} role="tree" className="message-tree" aria-label={say('tree')}>
      {lines.map((line) => {
        const style = { '--indent': Math.min(line.depth, MAX_INDENT) } as object;
        if (line.kind === 'close' || line.kind === 'more') {
          return (
            <div key={line.key} className="tree-line tree-bracket" style={style} aria-hidden="true">
              <span className="tree-key">
                {line.kind === 'close' ? line.bracket : say('tree.more', { count: line.count })}
              </span>
            </div>
          );
        }
        return (
          <div
            key={line.key}
            data-key={line.key}
            role="treeitem"
            className={`tree-line ${line.kind === 'open' ? 'tree-bracket' : ''}`}
            style={style}
            tabIndex={line.key === inReach ? 0 : -1}
            aria-level={line.depth + 1}
            aria-posinset={line.position}
            aria-setsize={line.siblings}
            aria-selected={line.key === chosen}
            aria-expanded={line.kind === 'open' ? !line.isShut : undefined}
            onClick={() => press(line)}
            onFocus={() => setFocused(line.key)}
            onKeyDown={(event) => onKeyDown(event, line)}
          >
            <span className="tree-key">
              {line.kind === 'open' ? (
                <ChevronRight size={12} strokeWidth={1.5} className={line.isShut ? '' : 'is-open'} aria-hidden="true" />
              ) : null}
              {line.name === null ? null : <b>{line.name} </b>}
              {line.kind === 'value' ? <q className="id">{line.shown}</q> : <Bracket line={line} />}
            </span>
            {line.kind === 'value' ? <span className="tree-becomes">{becomes(line)}</span> : null}
          </div>
        );
      })}
    </div>
  );
}

function Bracket({ line }: { line: TreeLine & { kind: 'open' } }) {
  const { say } = useIncomingText();
  const content = say('tree.contains', { count: line.count });
  return (
    <>
      <span aria-hidden="true">{line.bracket}</span>
      {line.isShut ? <span> {content}</span> : <span className="sr-only">{content}</span>}
    </>
  );
}

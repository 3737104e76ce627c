// A message as a tree: its topic and its payload, each value with what it becomes. Arrow keys move, Enter chooses.

import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { type TreeLine, treeLines } from '../model/message-tree.ts';
import { useIncomingText } from '../use-incoming-text.ts';

/** Deeper than this nothing is indented further: names have to stay readable. */
const MAX_INDENT = 8;

export function MessageTree({
  payload,
  chosen,
  become,
  onChoose,
}: {
  payload: unknown;
  /** Key of the chosen line. */
  chosen: string | null;
  /** What a value becomes, beside it. */
  become: (line: TreeLine & { kind: 'value' }) => ReactNode;
  onChoose: (line: TreeLine & { kind: 'value' }) => void;
}) {
  const { say } = useIncomingText();
  const tree = useRef<HTMLDivElement>(null);
  const [shut, setShut] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState('$');
  const lines = treeLines(payload, shut);
  const items = lines.filter(({ kind }) => kind === 'value' || kind === 'open');
  // Another message may lack what had the focus.
  const inReach = items.some(({ key }) => key === focused) ? focused : items[0]?.key;
  const focus = (key: string | undefined) => {
    if (key === undefined) return;
    setFocused(key);
    tree.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };
  const toggle = (key: string) =>
    setShut((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const onKeyDown = (event: KeyboardEvent, line: TreeLine) => {
    const at = items.findIndex(({ key }) => key === line.key);
    const parent = items.findLast(({ depth }, index) => index < at && depth < line.depth);
    const actions: Record<string, () => void> = {
      ArrowDown: () => focus(items[at + 1]?.key),
      ArrowUp: () => focus(items[at - 1]?.key),
      Home: () => focus(items[0]?.key),
      End: () => focus(items.at(-1)?.key),
      ArrowRight: () => (line.kind === 'open' && line.isShut ? toggle(line.key) : focus(items[at + 1]?.key)),
      ArrowLeft: () => (line.kind === 'open' && !line.isShut ? toggle(line.key) : focus(parent?.key)),
      Enter: () => press(line),
      ' ': () => press(line),
    };
    const action = actions[event.key];
    if (action === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  };
  const press = (line: TreeLine) => {
    if (line.kind === 'value') onChoose(line);
    else if (line.kind === 'open') toggle(line.key);
  };
  return (
    <div ref={tree} role="tree" className="message-tree" aria-label={say('tree')}>
      {lines.map((line) => {
        const style = { '--indent': Math.min(line.depth, MAX_INDENT) } as object;
        if (line.kind === 'close') {
          return (
            <div key={line.key} className="tree-line tree-bracket" style={style} aria-hidden="true">
              <span className="tree-key">{line.bracket}</span>
            </div>
          );
        }
        if (line.kind === 'more') {
          return (
            <div key={line.key} className="tree-line tree-bracket" style={style} role="none">
              <span className="tree-key">{say('tree.more', { count: line.count })}</span>
            </div>
          );
        }
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of a tree
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
            onClick={() => {
              setFocused(line.key);
              press(line);
            }}
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
            {line.kind === 'value' ? <span className="tree-becomes">{become(line)}</span> : null}
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

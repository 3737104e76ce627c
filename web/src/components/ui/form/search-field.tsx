// A search field that reports its text once typing pauses.

import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

const TYPING_MS = 200;

export function SearchField({
  label,
  hint = label,
  value,
  list,
  onFind,
}: {
  label: string;
  /** Stands in the empty field. */
  hint?: string;
  value: string;
  /** Id of a `datalist` with proposals. */
  list?: string;
  onFind: (text: string | undefined) => void;
}) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    // Changed from outside: back, a link, or the filters cleared.
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const find = (next: string) => {
    clearTimeout(timer.current);
    asked.current = next.trim();
    onFind(next.trim() === '' ? undefined : next.trim());
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => find(next), TYPING_MS);
  };
  return (
    <span className="input find-input">
      <Search size={16} strokeWidth={1.5} aria-hidden="true" />
      <input
        type="search"
        aria-label={label}
        placeholder={hint}
        autoComplete="off"
        list={list}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // In a dialog it would submit the form.
          event.preventDefault();
          find(text);
        }}
      />
    </span>
  );
}

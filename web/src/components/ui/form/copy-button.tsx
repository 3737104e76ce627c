// A button that copies the text beside it.

import { useRef } from 'react';
import { useCopy } from './use-copy.ts';

export function CopyButton({ text, label }: { text: string; label: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const { copy, Icon, said } = useCopy(text, place);
  return (
    <span ref={place}>
      <button
        type="button"
        className="button button-quiet button-small button-icon"
        aria-label={label}
        title={label}
        onClick={copy}
      >
        <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="sr-only" role="status">
          {said}
        </span>
      </button>
    </span>
  );
}

// A text field with a list of what is there already below it: one picks, or types something new.

import { ChevronDown } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { FieldProps } from './field.tsx';

export interface ComboboxOption {
  value: string;
  label: ReactNode;
  detail?: ReactNode;
}

export function Combobox<Option extends ComboboxOption>({
  field,
  text,
  options,
  placeholder,
  note,
  onType,
  onPick,
}: {
  field: FieldProps;
  text: string;
  /** Those that fit the text; which do is for the caller to say. */
  options: readonly Option[];
  placeholder?: string;
  /** Shown instead of options where there are none. */
  note?: string | undefined;
  onType: (text: string) => void;
  onPick: (option: Option) => void;
}) {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const shown = open && (options.length > 0 || note !== undefined);
  const at = Math.min(active, options.length - 1);
  const pick = (option: Option | undefined) => {
    if (!option) return;
    onPick(option);
    setOpen(false);
    setActive(-1);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setOpen(true);
      if (shown) setActive((at + step + options.length) % Math.max(1, options.length));
    } else if (event.key === 'Enter' && shown && at >= 0) {
      // Picks; the form is sent by the next one.
      event.preventDefault();
      pick(options[at]);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
    }
  };
  return (
    <span className={`inp ${field['aria-invalid'] ? 'inp-bad' : ''}`}>
      <input
        ref={input}
        {...field}
        role="combobox"
        aria-expanded={shown}
        data-list={shown ? 'open' : undefined}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${listId}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          onType(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKey}
        onBlur={() => setOpen(false)}
      />
      <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
      {shown ? (
        <OptionList below={input} id={listId} at={at}>
          {options.length === 0 ? (
            <div className="combo-note">{note}</div>
          ) : (
            options.map((option, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, which keeps the focus
              <div
                key={option.value}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === at}
                className="combo-option"
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => pick(option)}
              >
                <span className="el">{option.label}</span>
                {option.detail === undefined ? null : <span className="cap">{option.detail}</span>}
              </div>
            ))
          )}
        </OptionList>
      ) : null}
    </span>
  );
}

/** In the top layer, so that no dialog cuts it off. */
function OptionList({
  below,
  id,
  at,
  children,
}: {
  below: RefObject<HTMLElement | null>;
  id: string;
  at: number;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const list = ref.current;
    const field = below.current?.parentElement;
    if (!list || !field) return;
    const place = () => {
      const { left, top, bottom, width } = field.getBoundingClientRect();
      const below = window.innerHeight - bottom - 12;
      const up = below < 160 && top > below;
      list.style.left = `${left}px`;
      list.style.width = `${width}px`;
      list.style.maxHeight = `${Math.min(240, up ? top - 12 : below)}px`;
      list.style.top = up ? 'auto' : `${bottom + 4}px`;
      list.style.bottom = up ? `${window.innerHeight - top + 4}px` : 'auto';
    };
    list.showPopover();
    place();
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
    };
  }, [below]);
  useEffect(() => {
    if (at >= 0) ref.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div ref={ref} id={id} role="listbox" popover="manual" tabIndex={-1} className="combo-list">
      {children}
    </div>
  );
}

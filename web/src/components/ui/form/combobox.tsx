// A text field with a list of proposals below it: the user picks one, or types something new. Downshift supplies the
// keyboard handling and the ARIA attributes of a combobox.

import { useCombobox } from 'downshift';
import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import type { FieldProps } from './field.tsx';

export interface ComboboxOption {
  value: string;
  label: ReactNode;
  detail?: ReactNode;
}

const { InputBlur, InputClick } = useCombobox.stateChangeTypes;

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
  /** Those that match the text. The caller filters them. */
  options: readonly Option[];
  placeholder?: string;
  /** Shown instead of options where there are none. */
  note?: string | undefined;
  onType: (text: string) => void;
  onPick: (option: Option) => void;
}) {
  const frame = useRef<HTMLSpanElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { isOpen, highlightedIndex, getInputProps, getMenuProps, getItemProps } = useCombobox<Option>({
    inputId: field.id,
    labelId: `${field.id}-label`,
    items: options as Option[],
    itemToString: (option) => option?.value ?? '',
    // The caller holds the text. What was picked is only reported, so that the same option can be picked again.
    inputValue: text,
    selectedItem: null,
    onSelectedItemChange: ({ selectedItem }) => {
      if (selectedItem) onPick(selectedItem);
    },
    stateReducer: (state, { type, changes }) => {
      // A click into the open field leaves the list open, and leaving the field picks nothing.
      if (type === InputClick) return { ...changes, isOpen: true };
      if (type === InputBlur) return { ...state, isOpen: false, highlightedIndex: -1 };
      return changes;
    },
    scrollIntoView: (option) => option?.scrollIntoView({ block: 'nearest' }),
  });
  const isShown = isOpen && (options.length > 0 || note !== undefined);
  usePopoverBelow(list, frame, isShown);
  const onKeyDown = (event: KeyboardEvent) => {
    // Without a list, Escape belongs to the dialog; without a highlighted option, Enter submits the form.
    const isForOthers =
      (event.key === 'Escape' && !isShown) || (event.key === 'Enter' && (!isShown || highlightedIndex < 0));
    if (isForOthers) Object.assign(event.nativeEvent, { preventDownshiftDefault: true });
  };
  return (
    <span ref={frame} className={`input ${field['aria-invalid'] ? 'input-invalid' : ''}`}>
      <input
        {...field}
        {...getInputProps({ onKeyDown, onChange: (event) => onType(event.currentTarget.value) })}
        role="combobox"
        aria-expanded={isShown}
        aria-labelledby={undefined}
        data-list={isShown ? 'open' : undefined}
        spellCheck={false}
        placeholder={placeholder}
      />
      <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
      <div ref={list} popover="manual" className="combo-list">
        <div {...getMenuProps()} role="listbox" aria-labelledby={isShown ? `${field.id}-label` : undefined}>
          {isShown
            ? options.map((option, index) => (
                <div key={option.value} className="combo-option" {...getItemProps({ item: option, index })}>
                  <span className="ellipsis">{option.label}</span>
                  {option.detail === undefined ? null : <span className="caption">{option.detail}</span>}
                </div>
              ))
            : null}
        </div>
        <div role="status">{isShown && options.length === 0 ? <div className="combo-note">{note}</div> : null}</div>
      </div>
    </span>
  );
}

/** Shows the list in the top layer, so that no dialog cuts it off: below the field, or above it where there is more room. */
function usePopoverBelow(
  list: RefObject<HTMLElement | null>,
  field: RefObject<HTMLElement | null>,
  isShown: boolean,
): void {
  useLayoutEffect(() => {
    const popover = list.current;
    if (!isShown || !popover) return;
    const place = () => {
      if (!field.current) return;
      const { left, top, bottom, width } = field.current.getBoundingClientRect();
      const below = window.innerHeight - bottom - 12;
      const isAbove = below < 160 && top > below;
      popover.style.left = `${left}px`;
      popover.style.width = `${width}px`;
      popover.style.maxHeight = `${Math.min(240, isAbove ? top - 12 : below)}px`;
      popover.style.top = isAbove ? 'auto' : `${bottom + 4}px`;
      popover.style.bottom = isAbove ? `${window.innerHeight - top + 4}px` : 'auto';
    };
    popover.showPopover();
    place();
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
      popover.hidePopover();
    };
  }, [list, field, isShown]);
}

// Whether something was typed or chosen in the fields of a form, for dialogs that must not lose it.

import { type FocusEvent, type FormEvent, useRef, useState } from 'react';

type TextControl = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What a person would have to enter again; a search is not, nor is a box that is ticked. */
const isText = (target: EventTarget): target is TextControl =>
  target instanceof Element &&
  target.matches('textarea, select, input:not([type="search"], [type="checkbox"], [type="radio"], [type="file"])');

/** `watch` belongs on the form. A field that has its former value again does not count. */
export function useEdited() {
  const before = useRef(new Map<TextControl, string>());
  const [edited, setEdited] = useState(false);
  return {
    edited,
    watch: {
      onFocusCapture: ({ target }: FocusEvent) => {
        if (isText(target) && !before.current.has(target)) before.current.set(target, target.value);
      },
      onInput: (event: FormEvent) => {
        if (isText(event.target)) setEdited([...before.current].some(([control, value]) => control.value !== value));
      },
    },
  };
}

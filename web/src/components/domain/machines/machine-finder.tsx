// A search field for machines with the results below it. The server searches.

import type { Machine } from '@gonsters/contract';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useMachineLookup } from './use-machine-lookup.ts';

export function MachineFinder({
  label,
  without,
  textNeeded = false,
  autoFocus = false,
  onPick,
  onClose,
}: {
  label: string;
  /** Already chosen. */
  without?: readonly string[];
  /** Nothing is listed before the user types. */
  textNeeded?: boolean;
  autoFocus?: boolean;
  onPick: (machine: Machine) => void;
  onClose?: () => void;
}) {
  const { t } = useText();
  const [text, setText] = useState('');
  const { machines, busy, error } = useMachineLookup(text, { textNeeded, ...(without ? { without } : {}) });
  const asked = !textNeeded || text.trim() !== '';
  const onKeyDown = (event: KeyboardEvent) => {
    // In a dialog it would submit the form.
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
    if (event.key !== 'Escape' || !onClose) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <search className="picker" onKeyDown={onKeyDown}>
      <label className="input">
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: it was opened by the press of a button, to type into
          autoFocus={autoFocus}
          autoComplete="off"
          aria-label={label}
          placeholder={t('app.find')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {machines.length > 0 ? (
        <ul aria-label={t('app.machines')}>
          {machines.map((machine) => (
            <li key={machine.machine_id}>
              <button type="button" className="menu-item" onClick={() => onPick(machine)}>
                <b className="id ellipsis">{machine.name}</b>
                <span className="caption ellipsis">{machine.location}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : error ? (
        <p className="caption px-2.5 pb-2" role="alert">
          {errorText(t, error)}
        </p>
      ) : asked && !busy ? (
        <p className="caption px-2.5 pb-2" role="status">
          {t('machines.none_match')}
        </p>
      ) : null}
    </search>
  );
}

// Finds machines on the server while one types, and adds the one that is pressed.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { NO_FILTER } from '../../api/machines-api.ts';
import { useApi } from '../../api/use-api.ts';
import { faultText } from '../../i18n/fault-text.ts';
import { useText } from '../../i18n/use-text.ts';

const TYPING_MS = 200;
const SHOWN = 8;

export function MachinePicker({
  without = [],
  autoFocus = false,
  onPick,
  onClose,
}: {
  /** Already chosen. */
  without?: readonly string[];
  autoFocus?: boolean;
  onPick: (machine: { id: string; name: string }) => void;
  onClose?: () => void;
}) {
  const { t } = useText();
  const api = useApi();
  const [text, setText] = useState('');
  const [search, setSearch] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSearch(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const filter = { ...NO_FILTER, search };
  // Enough for as many as may be chosen already.
  const { data, error } = useQuery({
    queryKey: ['machines', 'pick', search],
    queryFn: ({ signal }) =>
      api.machinePage(filter, { sort: 'name', limit: SHOWN + without.length, offset: 0 }, signal),
    placeholderData: keepPreviousData,
  });
  const found = (data?.machines ?? []).filter(({ machine_id: id }) => !without.includes(id)).slice(0, SHOWN);
  return (
    <search
      className="picker"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !onClose) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <label className="inp">
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: it was opened by the press of a button, to type into
          autoFocus={autoFocus}
          autoComplete="off"
          aria-label={t('history.add.search')}
          placeholder={t('app.find')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <ul aria-label={t('history.machines')}>
        {found.map((machine) => (
          <li key={machine.machine_id}>
            <button
              type="button"
              className="menu-item"
              onClick={() => onPick({ id: machine.machine_id, name: machine.name })}
            >
              <b className="id el">{machine.name}</b>
              <span className="cap el">{machine.location}</span>
            </button>
          </li>
        ))}
      </ul>
      {data && found.length === 0 ? (
        <p className="cap px-2.5 pb-2" role="status">
          {t('history.add.none')}
        </p>
      ) : null}
      {error && !data ? (
        <p className="cap px-2.5 pb-2" role="alert">
          {faultText(t, error)}
        </p>
      ) : null}
    </search>
  );
}

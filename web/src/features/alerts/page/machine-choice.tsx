// One machine out of thousands, found by name on the server.

import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { NO_FILTER } from '../../../api/machines-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { useDismiss } from '../../../components/use-dismiss.ts';
import { faultText } from '../../../i18n/fault-text.ts';
import { useText } from '../../../i18n/use-text.ts';

const FOUND = 8;
const TYPING_MS = 250;

export function MachineChoice({
  machineId,
  onChoose,
}: {
  machineId: string | null;
  onChoose: (machineId: string | null) => void;
}) {
  const { t } = useText();
  const api = useApi();
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useDismiss(ref, open, () => setOpen(false));
  const { data } = useQuery({
    queryKey: ['machines', machineId],
    queryFn: () => api.machine(machineId ?? ''),
    enabled: machineId !== null,
  });
  const choose = (id: string | null) => {
    setOpen(false);
    onChoose(id);
    ref.current?.querySelector('button')?.focus();
  };
  return (
    <div ref={ref} className="relative">
      <button
        type="button"
        className="chip"
        aria-expanded={open}
        aria-pressed={machineId !== null}
        onClick={() => setOpen(!open)}
      >
        {machineId === null ? t('alerts.column.machine') : (data?.name ?? '…')}
        <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {open ? <Finder chosen={machineId !== null} onChoose={choose} /> : null}
    </div>
  );
}

function Finder({ chosen, onChoose }: { chosen: boolean; onChoose: (machineId: string | null) => void }) {
  const { t } = useText();
  const api = useApi();
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, error } = useQuery({
    queryKey: ['machines', 'find', search],
    queryFn: ({ signal }) =>
      api.machinePage({ ...NO_FILTER, search }, { sort: 'name', limit: FOUND, offset: 0 }, signal),
    placeholderData: (previous) => previous,
  });
  return (
    <div className="menu glass menu-left">
      <label className="inp">
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="sr-only">{t('machines.search')}</span>
        <input
          ref={input}
          type="search"
          value={typed}
          placeholder={t('machines.search.hint')}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {chosen ? (
        <button type="button" className="menu-item" onClick={() => onChoose(null)}>
          {t('machines.filter.any')}
        </button>
      ) : null}
      {data?.machines.map((machine) => (
        <button
          key={machine.machine_id}
          type="button"
          className="menu-item"
          onClick={() => onChoose(machine.machine_id)}
        >
          <b className="id el">{machine.name}</b>
          <span className="cap el">{machine.location}</span>
        </button>
      ))}
      {data?.machines.length === 0 ? <p className="cap p-3">{t('machines.none_match')}</p> : null}
      {error ? (
        <p className="cap p-3" role="alert">
          {faultText(t, error)}
        </p>
      ) : null}
    </div>
  );
}

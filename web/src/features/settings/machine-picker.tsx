// Chooses machines out of thousands: searched on the server, the chosen ones above.

import { useQueries, useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { NO_FILTER } from '../../api/machines-api.ts';
import { useApi } from '../../api/use-api.ts';
import { FindField } from '../../components/find-field.tsx';
import { useText } from '../../i18n/use-text.ts';

const FOUND = 6;
/** More names than these nobody reads; the rest is counted. */
const NAMED = 30;

export function MachinePicker({
  chosen,
  onChoose,
}: {
  chosen: readonly string[];
  onChoose: (machineIds: readonly string[]) => void;
}) {
  const { t } = useText();
  const api = useApi();
  const [text, setText] = useState('');
  const found = useQuery({
    queryKey: ['machines', 'pick', text],
    queryFn: ({ signal }) =>
      api.machinePage({ ...NO_FILTER, search: text }, { sort: 'name', limit: FOUND, offset: 0 }, signal),
    enabled: text !== '',
    placeholderData: (previous) => previous,
  });
  const named = useQueries({
    queries: chosen
      .slice(0, NAMED)
      .map((id) => ({ queryKey: ['machines', 'name', id], queryFn: () => api.machine(id) })),
  });
  const offered = text === '' ? [] : (found.data?.machines ?? []).filter(({ machine_id: id }) => !chosen.includes(id));
  return (
    <fieldset className="fld">
      <legend className="lab">{t('gateways.machines')}</legend>
      {chosen.length === 0 ? null : (
        <ul className="chips">
          {chosen.slice(0, NAMED).map((id, place) => {
            const name = named[place]?.data?.name ?? id.slice(0, 8);
            return (
              <li key={id} className="chip">
                <span className="el id">{name}</span>
                <button
                  type="button"
                  className="chip-x"
                  aria-label={t('gateways.machine.remove', { name })}
                  onClick={() => onChoose(chosen.filter((other) => other !== id))}
                >
                  <X size={12} strokeWidth={1.5} />
                </button>
              </li>
            );
          })}
          {chosen.length > NAMED ? <li className="chip">+{chosen.length - NAMED}</li> : null}
        </ul>
      )}
      <FindField label={t('gateways.machine.find')} value={text} onFind={(next) => setText(next ?? '')} />
      {offered.length > 0 ? (
        <ul className="picks">
          {offered.map((machine) => (
            <li key={machine.machine_id}>
              <button type="button" onClick={() => onChoose([...chosen, machine.machine_id])}>
                <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
                <b className="id">{machine.name}</b>
                <span className="cap el">{machine.location}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {text !== '' && found.data && offered.length === 0 ? (
        <span className="cap" role="status">
          {t('machines.none_match')}
        </span>
      ) : null}
    </fieldset>
  );
}

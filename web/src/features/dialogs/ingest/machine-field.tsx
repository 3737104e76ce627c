// A combobox for one machine, found by the server.

import type { Machine } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { useMachineLookup } from '../../../components/domain/machines/use-machine-lookup.ts';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';

export function MachineField({
  machineId,
  machine,
  fault,
  onChoose,
}: {
  machineId: string | null;
  machine: Machine | null;
  fault: string | undefined;
  onChoose: (machine: Machine | null) => void;
}) {
  const { t } = useText();
  const api = useApi();
  const [text, setText] = useState(machine?.name ?? '');
  const found = useMachineLookup(machine === null ? text : '');
  const first = useQuery({
    queryKey: ['machines', 'one', machineId],
    queryFn: () => api.machine(machineId ?? ''),
    enabled: machineId !== null,
  }).data;
  const [asked, setAsked] = useState(machineId !== null && machine === null);
  useEffect(() => {
    if (!asked || !first) return;
    setAsked(false);
    setText(first.name);
    onChoose(first);
  }, [asked, first, onChoose]);
  return (
    <Field label={t('ingest.machine')} fault={fault}>
      {(field) => (
        <Combobox
          field={field}
          text={text}
          placeholder={t('ingest.machine.hint')}
          options={found.machines.map((each) => ({
            value: each.machine_id,
            label: <span className="id">{each.name}</span>,
            detail: each.location,
            machine: each,
          }))}
          note={t(found.busy ? 'palette.searching' : 'ingest.none_found')}
          onType={(typed) => {
            setText(typed);
            setAsked(false);
            if (machine !== null) onChoose(null);
          }}
          onPick={(option) => {
            setText(option.machine.name);
            onChoose(option.machine);
          }}
        />
      )}
    </Field>
  );
}

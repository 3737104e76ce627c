// The form of a new machine. Existing locations and sensor types are proposed; others can be typed.

import type { Machine, MachineInput } from '@gonsters/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { NO_FILTER } from '../../../api/machines-api.ts';
import { useApi, useOwnFactory } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { AliasesField, aliasesOf } from '../../../components/domain/machines/aliases-field.tsx';
import { useKnownPlaces } from '../../../components/domain/machines/use-known-places.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { FIELD_LABELS, LINE_FIELDS, type LineField, lineFault, MAX_LENGTHS, STATUS_LABELS } from '../machine-fields.ts';

const EMPTY: MachineInput = { name: '', location: '', sensor_type: '', status: 'active' };
const FIRST_STATUSES = ['active', 'inactive', 'maintenance'] as const satisfies Machine['status'][];
/** From here on one would not like to type it again. */
const SUBSTANTIAL = 24;

export function AddMachineForm({
  called = '',
  onAdded,
  onClose,
}: {
  /** What a device calls the machine: proposed as its name, and one of its aliases. */
  called?: string | undefined;
  onAdded: (machine: Machine) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const openDialog = useOpenDialog();
  const places = useKnownPlaces();
  const [typed, setTyped] = useState({ ...EMPTY, name: called });
  const [aliases, setAliases] = useState(called);
  const [factory, setFactory] = useState(useOwnFactory() ?? '');
  const [checked, setChecked] = useState(false);
  const { isPending, error, run, taken } = useCreateMachine(onAdded);
  const set = (change: Partial<MachineInput>) => setTyped({ ...typed, ...change });
  const faults = Object.fromEntries(LINE_FIELDS.map((field) => [field, lineFault(field, typed[field].trim())]));
  const submit = () => {
    setChecked(true);
    const wrong = LINE_FIELDS.find((field) => faults[field]);
    if (wrong !== undefined) document.querySelector<HTMLElement>(`[data-field="${wrong}"] input`)?.focus();
    else
      run({
        ...typed,
        name: typed.name.trim(),
        location: typed.location.trim(),
        sensor_type: typed.sensor_type.trim(),
        aliases: aliasesOf(aliases),
        factory_id: factory.trim() || null,
      });
  };
  const faultOf = (field: LineField): string | undefined => {
    const fault = checked ? faults[field] : undefined;
    if (fault === 'empty') return t('field.required');
    if (fault === 'too_long') return t('field.too_long', { count: MAX_LENGTHS[field] });
    return fault ? t(`field.${fault}`) : undefined;
  };
  const nameTaken = taken !== null && taken.name === typed.name.trim();
  return (
    <FormDialog
      title={t('dialog.add')}
      busy={isPending}
      unsaved={LINE_FIELDS.reduce((length, field) => length + typed[field].length, 0) >= SUBSTANTIAL}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t(isPending ? 'add.busy' : 'dialog.add')}
    >
      <div data-field="name">
        <TextField
          label={t(FIELD_LABELS.name)}
          fault={nameTaken ? <NameTaken other={taken.other} onClose={onClose} /> : faultOf('name')}
          value={typed.name}
          onChange={(name) => set({ name })}
        />
      </div>
      <div className="two-fields">
        <Offered
          field="location"
          text={typed.location}
          known={places.locations}
          fault={faultOf('location')}
          onType={(location) => set({ location })}
        />
        <Offered
          field="sensor_type"
          text={typed.sensor_type}
          known={places.sensorTypes}
          fault={faultOf('sensor_type')}
          onType={(sensor_type) => set({ sensor_type })}
        />
      </div>
      <div className="field">
        <span className="label" aria-hidden="true">
          {t(FIELD_LABELS.status)}
        </span>
        <span>
          <Segments
            label={t(FIELD_LABELS.status)}
            value={typed.status}
            choices={FIRST_STATUSES.map((value) => ({ value, label: t(STATUS_LABELS[value]) }))}
            onChoose={(status) => set({ status })}
          />
        </span>
      </div>
      <AliasesField text={aliases} fault={aliasFault(t, error)} onChange={setAliases} />
      <TextField
        label={t(FIELD_LABELS.factory_id)}
        hint={t('machine.factory.hint')}
        fault={factoryFault(t, error)}
        maxLength={100}
        value={factory}
        onChange={setFactory}
      />
      {error === null || taken !== null || aliasFault(t, error) || factoryFault(t, error) ? null : (
        <FaultText>{t('add.failed', { reason: errorText(t, error) })}</FaultText>
      )}
      <p className="caption">
        {t('add.hint')}{' '}
        <button type="button" className="text-link" onClick={() => openDialog({ name: 'import-machines' })}>
          {t('add.hint.import')}
        </button>
      </p>
    </FormDialog>
  );
}

/** What the server says of an alias. */
function aliasFault(t: Translate, error: unknown): string | undefined {
  const fault = error instanceof ApiError ? error.faults.find(({ field }) => field?.startsWith('aliases')) : undefined;
  return fault && `${serverMessage(t, fault.error)}${typeof fault.value === 'string' ? ` (${fault.value})` : ''}`;
}

function factoryFault(t: Translate, error: unknown): string | undefined {
  const fault = error instanceof ApiError ? error.faults.find(({ field }) => field === 'factory_id') : undefined;
  return fault && serverMessage(t, fault.error);
}

function Offered({
  field,
  text,
  known,
  fault,
  onType,
}: {
  field: LineField;
  text: string;
  known: readonly { name: string; count: number }[];
  fault: string | undefined;
  onType: (text: string) => void;
}) {
  const { t, format } = useText();
  const part = text.trim().toLowerCase();
  // A name that is there in full is a choice made: then the others are offered too.
  const chosen = known.some(({ name }) => name.toLowerCase() === part);
  const fitting = chosen ? known : known.filter(({ name }) => name.toLowerCase().includes(part));
  return (
    <div data-field={field}>
      <Field label={t(FIELD_LABELS[field])} fault={fault}>
        {(props) => (
          <Combobox
            field={props}
            text={text}
            options={fitting.map(({ name, count }) => ({
              value: name,
              label: name,
              detail: (
                <>
                  <span aria-hidden="true">{format.number(count)}</span>
                  <span className="sr-only">{t('add.machines', { count })}</span>
                </>
              ),
            }))}
            onType={onType}
            onPick={({ value }) => onType(value)}
          />
        )}
      </Field>
    </div>
  );
}

function NameTaken({ other, onClose }: { other: Machine | null; onClose: () => void }): ReactNode {
  const { t } = useText();
  if (other === null) return t('add.taken.unknown');
  return (
    <>
      {t('add.taken', { name: other.name, location: other.location })}{' '}
      <Link
        to="/machines/$machineId"
        params={{ machineId: other.machine_id }}
        search={keepPanelFilters}
        className="text-link"
        onClick={onClose}
      >
        {t('add.open_other')}
      </Link>
    </>
  );
}

/** `taken`: the name that was refused, and the machine that has it where it can be found. */
function useCreateMachine(onAdded: (machine: Machine) => void) {
  const api = useApi();
  const queries = useQueryClient();
  const [taken, setTaken] = useState<{ name: string; other: Machine | null } | null>(null);
  const { isPending, error, mutate } = useMutation({
    mutationFn: async (machine: MachineInput) => {
      setTaken(null);
      try {
        return await api.createMachine(machine);
      } catch (error) {
        if (error instanceof ApiError && error.code === 'name_taken') {
          setTaken({ name: machine.name, other: await machineNamed(machine.name) });
        }
        throw error;
      }
    },
    onSuccess: (machine) => {
      void queries.invalidateQueries({ queryKey: ['machines'] });
      onAdded(machine);
    },
  });
  const machineNamed = async (name: string): Promise<Machine | null> => {
    const first = { sort: 'name', limit: 100, offset: 0 } as const;
    const page = await api.machinePage({ ...NO_FILTER, search: name }, first).catch(() => null);
    return page?.machines.find((machine) => machine.name.toLowerCase() === name.toLowerCase()) ?? null;
  };
  return { isPending, error, taken, run: mutate };
}

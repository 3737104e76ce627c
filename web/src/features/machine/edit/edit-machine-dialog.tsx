// The dialog that edits the description of a machine. Only changed fields are sent.

import { MACHINE_STATUSES, type Machine, type MachinePatch } from '@gonsters/contract';
import { useId, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { AliasesField, aliasesOf } from '../../../components/domain/machines/aliases-field.tsx';
import { useKnownPlaces } from '../../../components/domain/machines/use-known-places.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { NumberInput } from '../../../components/ui/form/number-input.tsx';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useUpdateMachine } from './use-update-machine.ts';

const TEXTS = [
  { field: 'name', max: 100 },
  { field: 'location', max: 100 },
  { field: 'sensor_type', max: 50 },
] as const;
/** `aliases` and `factory` are as they are typed. */
type Editable = Pick<Machine, (typeof TEXTS)[number]['field'] | 'status' | 'inactivity_timeout'> & {
  aliases: string;
  factory_id: string;
};
const PLACES = new Set<string>([
  ...TEXTS.map(({ field }) => field),
  ...['status', 'aliases', 'factory_id', 'inactivity_timeout'],
]);
const MAX_TIMEOUT_SECONDS = 2_592_000;
type Faults = Partial<Record<keyof Editable | 'all', string>>;

export function EditMachineDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const { t } = useText();
  const update = useUpdateMachine(machine.machine_id);
  const known = useKnownPlaces();
  const listId = useId();
  // As it was when the dialog opened, so that changes by others in the meantime are not undone.
  const [before] = useState(() => editable(machine));
  const [draft, setDraft] = useState(before);
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  const change = (patch: Partial<Editable>) => {
    setDraft({ ...draft, ...patch });
    setFaults({});
  };
  const submit = async () => {
    const empty = TEXTS.filter(({ field }) => draft[field].trim() === '');
    if (empty.length > 0) {
      setFaults(Object.fromEntries(empty.map(({ field }) => [field, t('machine.required')])));
      return;
    }
    const { inactivity_timeout: timeout } = draft;
    if (timeout !== null && !(Number.isInteger(timeout) && timeout >= 1 && timeout <= MAX_TIMEOUT_SECONDS)) {
      setFaults({ inactivity_timeout: t('machine.timeout.fault') });
      return;
    }
    const patch = changesOf(before, draft);
    if (Object.keys(patch).length === 0) {
      onClose();
      return;
    }
    setBusy(true);
    try {
      const { name } = await update(patch);
      toast.success(t('machine.saved', { name }));
      onClose();
    } catch (error) {
      setFaults(placedFaults(t, error));
      setBusy(false);
    }
  };
  return (
    <FormDialog
      title={t('machine.edit')}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t(busy ? 'save.saving' : 'save.save')}
    >
      {TEXTS.map(({ field, max }) => (
        <TextField
          key={field}
          label={t(`machine.${field}`)}
          fault={faults[field]}
          maxLength={max}
          list={field === 'name' ? undefined : `${listId}-${field}`}
          value={draft[field]}
          onChange={(text) => change({ [field]: text })}
        />
      ))}
      {(['location', 'sensor_type'] as const).map((field) => (
        <datalist key={field} id={`${listId}-${field}`}>
          {(field === 'location' ? known.locations : known.sensorTypes).map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ))}
      <AliasesField text={draft.aliases} fault={faults.aliases} onChange={(aliases) => change({ aliases })} />
      <TextField
        label={t('machine.factory')}
        hint={t('machine.factory.hint')}
        fault={faults.factory_id}
        maxLength={100}
        value={draft.factory_id}
        onChange={(factory_id) => change({ factory_id })}
      />
      <Field label={t('machine.timeout')} hint={t('machine.timeout.hint')} fault={faults.inactivity_timeout}>
        {({ id }) => (
          <NumberInput
            id={id}
            value={draft.inactivity_timeout}
            suffix={t('settings.seconds')}
            onChange={(inactivity_timeout) => change({ inactivity_timeout })}
          />
        )}
      </Field>
      <Field label={t('machine.status')} hint={t(`machine.status_hint.${draft.status}`)} fault={faults.status}>
        {(props) => (
          <select
            {...props}
            className="input"
            value={draft.status}
            onChange={(event) => change({ status: event.target.value as Editable['status'] })}
          >
            {MACHINE_STATUSES.map((status) => (
              <option key={status} value={status}>
                {t(`status.${status}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {faults.all ? <FaultText>{faults.all}</FaultText> : null}
    </FormDialog>
  );
}

const editable = ({
  name,
  location,
  sensor_type,
  status,
  inactivity_timeout,
  aliases,
  factory_id,
}: Machine): Editable => ({
  ...{ name, location, sensor_type, status, inactivity_timeout },
  aliases: aliases.join('\n'),
  factory_id: factory_id ?? '',
});

function changesOf(before: Editable, draft: Editable): MachinePatch {
  const patch: MachinePatch = draft.status === before.status ? {} : { status: draft.status };
  for (const { field } of TEXTS) {
    const text = draft[field].trim();
    if (text !== before[field]) patch[field] = text;
  }
  if (draft.inactivity_timeout !== before.inactivity_timeout) patch.inactivity_timeout = draft.inactivity_timeout;
  const aliases = aliasesOf(draft.aliases);
  if (aliases.join('\n') !== before.aliases) patch.aliases = aliases;
  const factory = draft.factory_id.trim();
  if (factory !== before.factory_id) patch.factory_id = factory === '' ? null : factory;
  return patch;
}

function placedFaults(t: Translate, error: unknown): Faults {
  const otherwise = { all: errorText(t, error) };
  if (!(error instanceof ApiError)) return otherwise;
  const placed = error.faults.flatMap(({ field = '', error: text }) => {
    const name = field.replace(/\[\d+\]$/, '');
    if (!PLACES.has(name)) return [];
    const isNameTaken = name === 'name' && error.code === 'name_taken';
    return [[name, isNameTaken ? t('machine.name_taken') : serverMessage(t, text)]];
  });
  return placed.length > 0 ? Object.fromEntries(placed) : otherwise;
}

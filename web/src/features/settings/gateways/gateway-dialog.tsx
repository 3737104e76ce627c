// Adds or edits a gateway: its name, the machines it may publish for, and disabling, a new password, or deletion.

import type { Gateway } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { GatewayWithPassword } from '../../../api/gateways-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { SwitchField, TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useFormSubmit } from '../use-form-submit.ts';
import { rightsOf, ScopeFields, scopeChoiceOf, scopeFaults } from './scope-fields.tsx';
import { TokenFields } from './token-fields.tsx';

export function GatewayDialog({
  gateway,
  onMade,
  onToken,
  onClose,
}: {
  /** null: a new one. */
  gateway: Gateway | null;
  /** There is a password to be shown. */
  onMade: (made: GatewayWithPassword) => void;
  /** There is a token to be shown. */
  onToken: (made: { name: string; secret: string }) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState(gateway?.name ?? '');
  const [choice, setChoice] = useState(() => scopeChoiceOf(gateway));
  const [zone, setZone] = useState(gateway?.timezone ?? 'UTC');
  const [active, setActive] = useState(gateway?.is_active ?? true);
  const [asking, setAsking] = useState<'rotate' | 'delete' | 'token' | 'token.revoke' | null>(null);
  const form = useFormSubmit();
  const { faults, busy } = form;
  const refresh = () => void queries.invalidateQueries({ queryKey: ['gateways'] });
  const submit = () => {
    const { scope } = choice;
    const missing = {
      ...(name.trim() === '' && { name: t('settings.fault.required') }),
      ...(gateway === null && scope === '' && { scope: t('settings.fault.required') }),
      ...scopeFaults(t, choice),
    };
    return form.submit(missing, async () => {
      const described = { name: name.trim(), timezone: zone.trim() };
      const rights = scope === '' ? null : rightsOf({ ...choice, scope });
      if (gateway !== null) {
        await api.updateGateway(gateway.id, { ...described, is_active: active, ...rights });
        toast.success(t('gateways.saved', { name: name.trim() }));
      } else if (rights !== null) onMade(await api.addGateway({ ...described, ...rights }));
      refresh();
      onClose();
    });
  };
  if (gateway !== null && asking !== null) {
    const { id, name } = gateway;
    const run = {
      rotate: async () => onMade(await api.updateGateway(id, { rotate_password: true })),
      delete: async () => {
        await api.deleteGateway(id);
        toast.success(t('gateways.deleted', { name }));
      },
      token: async () => onToken({ name, secret: (await api.newGatewayToken(id)).secret }),
      'token.revoke': async () => void (await api.revokeGatewayToken(id)),
    };
    return (
      <ConfirmDialog
        title={t(`gateways.${asking}.title`, { name })}
        confirm={t(asking === 'token' ? 'gateways.token.new' : `gateways.${asking}`)}
        run={async () => {
          await run[asking]();
          refresh();
        }}
        onClose={onClose}
      >
        <p>{t(`gateways.${asking}.hint`)}</p>
      </ConfirmDialog>
    );
  }
  return (
    <FormDialog
      title={gateway === null ? t('gateways.add') : gateway.name}
      lead={gateway === null ? t('gateways.add.lead') : gateway.username}
      busy={busy}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={t(gateway === null ? 'gateways.add' : 'save.save')}
      otherAction={
        gateway === null ? null : (
          <button
            type="button"
            className="button button-quiet foot-left"
            disabled={busy}
            onClick={() => setAsking('delete')}
          >
            {t('gateways.delete')}
          </button>
        )
      }
    >
      <TextField label={t('gateways.name')} fault={faults.name} maxLength={100} value={name} onChange={setName} />
      <ScopeFields gateway={gateway} choice={choice} faults={faults} onChange={setChoice} />
      <TextField
        label={t('gateways.timezone')}
        maxLength={100}
        hint={t('gateways.timezone.hint')}
        fault={faults.timezone}
        value={zone}
        onChange={setZone}
      />
      {gateway === null ? null : (
        <>
          <SwitchField
            label={t('gateways.active')}
            hint={t('gateways.active.hint')}
            checked={active}
            onChange={setActive}
          />
          <button
            type="button"
            className="button justify-self-start"
            disabled={busy}
            onClick={() => setAsking('rotate')}
          >
            <KeyRound size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('gateways.rotate')}
          </button>
          <TokenFields
            gateway={gateway}
            busy={busy}
            onNew={() => setAsking('token')}
            onRevoke={() => setAsking('token.revoke')}
          />
        </>
      )}
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
    </FormDialog>
  );
}

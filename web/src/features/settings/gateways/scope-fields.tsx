// For which machines a gateway may send: all, those of a factory, or chosen ones.

import { GATEWAY_SCOPES, type Gateway, type GatewayScope } from '@gonsters/contract';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { scopeText } from './gateway-text.ts';
import { MachineChoice } from './machine-choice.tsx';

export interface ScopeChoice {
  /** Empty: nobody has chosen yet. */
  scope: GatewayScope | '';
  factory: string;
  machineIds: readonly string[];
}

/** @param gateway null: a new one */
export const scopeChoiceOf = (gateway: Gateway | null): ScopeChoice => ({
  scope: gateway === null || gateway.needs_review ? '' : gateway.scope,
  factory: gateway?.factory_id ?? '',
  machineIds: gateway?.machine_ids ?? [],
});

/** What is sent for the choice, without what belongs to another scope. */
export const rightsOf = ({ scope, factory, machineIds }: ScopeChoice & { scope: GatewayScope }) => ({
  scope,
  machine_ids: scope === 'machines' ? [...machineIds] : [],
  factory_id: scope === 'factory' ? factory.trim() : null,
});

/** What is missing, by field. */
export function scopeFaults(t: Translate, { scope, factory, machineIds }: ScopeChoice): Record<string, string> {
  if (scope === 'factory' && factory.trim() === '') return { factory_id: t('settings.fault.required') };
  if (scope === 'machines' && machineIds.length === 0) return { machine_ids: t('gateways.fault.machines') };
  return {};
}

export function ScopeFields({
  gateway,
  choice,
  faults,
  onChange,
}: {
  gateway: Gateway | null;
  choice: ScopeChoice;
  faults: Readonly<Record<string, string>>;
  onChange: (choice: ScopeChoice) => void;
}) {
  const { t } = useText();
  const { scope, factory, machineIds } = choice;
  const needsReview = gateway?.needs_review === true;
  const choices = GATEWAY_SCOPES.map((value) => ({ value, label: t(`gateways.scope.choose.${value}`) }));
  const unchosen = { value: '' as const, label: t(needsReview ? 'gateways.scope.keep' : 'gateways.scope.choose') };
  const isOpen = gateway === null || needsReview;
  return (
    <>
      <SelectField
        label={t('gateways.scope')}
        hint={needsReview ? t('gateways.review.hint', { scope: scopeText(t, gateway) }) : undefined}
        fault={faults.scope}
        value={scope}
        choices={isOpen ? [unchosen, ...choices] : choices}
        onChange={(next) => onChange({ ...choice, scope: next })}
      />
      {scope === 'factory' ? (
        <TextField
          label={t('gateways.factory')}
          maxLength={100}
          hint={t('gateways.factory.hint')}
          fault={faults.factory_id}
          value={factory}
          onChange={(next) => onChange({ ...choice, factory: next })}
        />
      ) : null}
      {scope === 'machines' ? (
        <MachineChoice
          chosen={machineIds}
          fault={faults.machine_ids}
          onChoose={(next) => onChange({ ...choice, machineIds: next })}
        />
      ) : null}
    </>
  );
}

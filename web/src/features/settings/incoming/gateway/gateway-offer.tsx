// For data that no gateway has signed in for: a gateway that describes it, an existing one or a new one.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { RouterIcon } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useApi, useMay } from '../../../../api/use-api.ts';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { SelectField, TextField } from '../../../../components/ui/form/text-field.tsx';
import { formFaults } from '../../management-fault.ts';
import { useIncomingText } from '../use-incoming-text.ts';

export function GatewayOffer({
  client,
  describedBy,
  onAdopt,
}: {
  /** How the sender calls itself. */
  client: string | null;
  /** The gateway that describes the data; null while none does. */
  describedBy: { id: string; name: string } | null;
  onAdopt: (gateway: { id: string; name: string }) => void;
}) {
  const { t, say } = useIncomingText();
  const api = useApi();
  const queries = useQueryClient();
  const mayAdd = useMay('write:config');
  const [name, setName] = useState(client ?? '');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const { data } = useQuery({ queryKey: ['gateways'], queryFn: ({ signal }) => api.gateways(signal), enabled: mayAdd });
  const gateways = data?.gateways ?? [];
  const add = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault('');
    try {
      const { gateway } = await api.addGateway({ name: name.trim(), scope: 'plant', machine_ids: [] });
      await queries.invalidateQueries({ queryKey: ['gateways'] });
      onAdopt({ id: gateway.id, name: gateway.name });
    } catch (error) {
      setFault(Object.values(formFaults(t, error)).join(' '));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="incoming-hint">
      <RouterIcon size={16} strokeWidth={1.5} aria-hidden="true" />
      <div>
        <p>
          <b>{say('offer')}</b> {describedBy ? say('offer.described', { name: describedBy.name }) : say('offer.hint')}
        </p>
        {!mayAdd && describedBy === null ? <p className="caption">{say('offer.management')}</p> : null}
        {mayAdd && describedBy === null ? (
          <form className="offer-form" onSubmit={(event) => void add(event)}>
            <TextField label={say('offer.name')} maxLength={100} value={name} onChange={setName} />
            <button type="submit" className="button button-primary" disabled={busy || name.trim() === ''}>
              {say('offer.add')}
            </button>
            {gateways.length === 0 ? null : (
              <SelectField
                label={say('offer.existing')}
                value=""
                choices={[
                  { value: '', label: say('offer.choose') },
                  ...gateways.map((gateway) => ({ value: gateway.id, label: gateway.name })),
                ]}
                onChange={(id) => {
                  const picked = gateways.find((gateway) => gateway.id === id);
                  if (picked) onAdopt({ id, name: picked.name });
                }}
              />
            )}
          </form>
        ) : null}
        {fault === '' ? null : <FaultText>{fault}</FaultText>}
      </div>
    </div>
  );
}

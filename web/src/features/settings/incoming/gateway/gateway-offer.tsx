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
  adopted,
  onAdopt,
}: {
  /** How the sender calls itself. */
  client: string | null;
  /** Id of the gateway that describes the data. */
  adopted: string | null;
  onAdopt: (gatewayId: string) => void;
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
      onAdopt(gateway.id);
    } catch (error) {
      setFault(Object.values(formFaults(t, error)).join(' '));
    } finally {
      setBusy(false);
    }
  };
  const described = gateways.find(({ id }) => id === adopted);
  return (
    <div className="incoming-hint">
      <RouterIcon size={16} strokeWidth={1.5} aria-hidden="true" />
      <div>
        <p>
          <b>{say('offer')}</b> {described ? say('offer.described', { name: described.name }) : say('offer.hint')}
        </p>
        {!mayAdd ? <p className="caption">{say('offer.management')}</p> : null}
        {mayAdd && adopted === null ? (
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
                onChange={(id) => id !== '' && onAdopt(id)}
              />
            )}
          </form>
        ) : null}
        {fault === '' ? null : <FaultText>{fault}</FaultText>}
      </div>
    </div>
  );
}

// Where devices reach this installation, each address with a button that copies it.

import type { GatewayAddresses } from '@gonsters/contract';
import { CopyButton } from '../../ui/form/copy-button.tsx';
import { useGatewayText } from './use-gateway-text.ts';

/** A computer may be in several networks. */
const SHOWN = 3;

export function AddressList({ addresses }: { addresses: GatewayAddresses }) {
  const { say } = useGatewayText();
  const rows = [
    ...addresses.mqtt.slice(0, SHOWN).map(({ host, port, tls }) => ({
      label: say(tls ? 'connect.address.mqtts' : 'connect.address.mqtt'),
      address: `${host}:${port}`,
    })),
    ...addresses.http.slice(0, SHOWN).map((address) => ({ label: say('connect.address.http'), address })),
  ];
  return (
    <>
      <dl className="addresses">
        {rows.map(({ label, address }) => (
          <div key={`${label} ${address}`}>
            <dt>{label}</dt>
            <dd>
              <span className="id">{address}</span>
              <CopyButton text={address} label={say('connect.copy.what', { what: address })} />
            </dd>
          </div>
        ))}
      </dl>
      {addresses.broker === 'external' ? <p className="caption">{say('connect.external')}</p> : null}
      {addresses.broker === null ? <p className="caption">{say('connect.no_broker')}</p> : null}
    </>
  );
}

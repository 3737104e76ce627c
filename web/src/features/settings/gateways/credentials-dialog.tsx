// The password of a gateway, shown once. The dialog closes when the user confirms that it is stored.

import type { Broker, Gateway } from '@gonsters/contract';
import { useState } from 'react';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { CopyButton } from '../../../components/ui/form/copy-button.tsx';
import { ConfirmBox } from '../../../components/ui/form/text-field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { exampleCommand } from './gateway-text.ts';

export function CredentialsDialog({
  gateway,
  password,
  broker,
  onClose,
}: {
  gateway: Gateway;
  password: string;
  broker: Broker | null;
  onClose: () => void;
}) {
  const { t } = useText();
  const [stored, setStored] = useState(false);
  const host = window.location.hostname;
  const scheme = broker?.tls ? 'mqtts' : 'mqtt';
  return (
    <Dialog
      wide
      title={t('gateways.credentials', { name: gateway.name })}
      lead={t('gateways.credentials.lead')}
      busy={!stored}
      onClose={onClose}
      actions={
        <button type="button" className="button button-primary" disabled={!stored} onClick={onClose}>
          {t('gateways.credentials.done')}
        </button>
      }
    >
      <dl className="secrets">
        <Secret label={t('gateways.username')} value={gateway.username} />
        <Secret label={t('gateways.password')} value={password} />
        {broker === null ? null : (
          <>
            <Secret label={t('gateways.broker')} value={`${scheme}://${host}:${broker.port}`} />
            <Secret label={t('gateways.example')} value={exampleCommand({ host, broker, gateway, password })} />
          </>
        )}
      </dl>
      {broker === null ? <p className="caption">{t('gateways.no_broker')}</p> : null}
      <ConfirmBox label={t('gateways.stored')} checked={stored} onChange={setStored} />
    </Dialog>
  );
}

function Secret({ label, value }: { label: string; value: string }) {
  const { t } = useText();
  return (
    <div>
      <dt className="label">{label}</dt>
      <dd>
        <code>{value}</code>
        <CopyButton text={value} label={t('copy.what', { what: label })} />
      </dd>
    </div>
  );
}

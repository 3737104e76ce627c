// The password of a gateway, shown once.

import type { Broker, Gateway } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { exampleReading, mosquittoPub } from '../../../components/domain/connect/snippets.ts';
import { useText } from '../../../i18n/use-text.ts';
import { SecretDialog } from '../secret-dialog.tsx';

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
  const api = useApi();
  const [machineId = ''] = gateway.machine_ids;
  const machine = useQuery({
    queryKey: ['machines', 'name', machineId],
    queryFn: () => api.machine(machineId),
    enabled: machineId !== '',
  });
  const factory = machine.data?.factory_id ?? null;
  const host = window.location.hostname;
  const scheme = broker?.tls ? 'mqtts' : 'mqtt';
  return (
    <SecretDialog
      title={t('gateways.credentials', { name: gateway.name })}
      lead={t('gateways.credentials.lead')}
      stored={t('gateways.stored')}
      secrets={[
        { label: t('gateways.username'), value: gateway.username },
        { label: t('gateways.password'), value: password },
        ...(broker === null
          ? []
          : [
              { label: t('gateways.broker'), value: `${scheme}://${host}:${broker.port}` },
              {
                label: t('gateways.example'),
                value: mosquittoPub({
                  ...exampleReading(broker.topics, machineId || '<machine_id>', factory ?? gateway.factory_id),
                  ...{ http: '', mqtt: { host, port: broker.port, tls: broker.tls } },
                  credentials: { username: gateway.username, password },
                }),
              },
            ]),
      ]}
      onClose={onClose}
    >
      {broker === null ? <p className="caption">{t('gateways.no_broker')}</p> : null}
    </SecretDialog>
  );
}

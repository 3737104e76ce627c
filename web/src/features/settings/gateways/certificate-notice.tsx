// Reports that the certificate of the MQTT broker expires soon, or has expired, to users who can see to it.

import { useQuery } from '@tanstack/react-query';
import { ShieldAlert } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { useText } from '../../../i18n/use-text.ts';

/** An authority that renews by itself does so earlier. The server warns from the same day on. */
const WARN_DAYS = 21;
const DAY_MS = 86_400_000;
const ASK_EVERY_MS = 3_600_000;

export function CertificateNotice() {
  const { t, format } = useText();
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['gateways', 'certificate'],
    queryFn: ({ signal }) => api.gateways(signal),
    refetchInterval: ASK_EVERY_MS,
  });
  const expiresAt = data?.broker?.certificate_expires_at ?? null;
  if (expiresAt === null) return null;
  const expiresMs = Date.parse(expiresAt);
  const leftMs = expiresMs - Date.now();
  if (leftMs > WARN_DAYS * DAY_MS) return null;
  return (
    <div className="banner">
      <ShieldAlert size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="min-w-0 flex-1" role="status">
        {t(leftMs < 0 ? 'certificate.expired' : 'certificate.expires', { time: format.moment(expiresMs) })}{' '}
        {t('certificate.replace')}
      </span>
    </div>
  );
}

// What is known of an access key besides its secret: its beginning, and when it was made, used and expires.

import type { GatewayToken } from '@gonsters/contract';
import { useText } from '../../i18n/use-text.ts';

export function KeyFacts({ token }: { token: GatewayToken }) {
  const { t, format } = useText();
  const moment = (time: string) => format.moment(Date.parse(time));
  const facts = [
    [t('secret.hint'), token.hint],
    [t('secret.made'), moment(token.created_at)],
    ...(token.rotated_at === null ? [] : [[t('secret.rotated'), moment(token.rotated_at)]]),
    [t('secret.expires'), token.expires_at === null ? t('secret.never_expires') : moment(token.expires_at)],
    [t('secret.last_used'), token.last_used === null ? t('users.never') : moment(token.last_used)],
    ...(token.former_valid_until === null ? [] : [[t('secret.former'), moment(token.former_valid_until)]]),
  ];
  return (
    <dl className="secrets">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt className="label">{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

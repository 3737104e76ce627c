// The token of a gateway: what is known of it, and buttons to renew and revoke it.

import type { Gateway } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { KeyFacts } from '../key-facts.tsx';

export function TokenFields({
  gateway,
  busy,
  onNew,
  onRevoke,
}: {
  gateway: Gateway;
  busy: boolean;
  onNew: () => void;
  onRevoke: () => void;
}) {
  const { t } = useText();
  const { token } = gateway;
  return (
    <fieldset className="grid gap-2">
      <legend className="label">{t('gateways.token')}</legend>
      {token === null ? <p className="caption">{t('gateways.token.none')}</p> : <KeyFacts token={token} />}
      <div className="flex gap-2">
        <button type="button" className="button" disabled={busy} onClick={onNew}>
          {t('gateways.token.new')}
        </button>
        {token === null ? null : (
          <button type="button" className="button button-quiet" disabled={busy} onClick={onRevoke}>
            {t('gateways.token.revoke')}
          </button>
        )}
      </div>
    </fieldset>
  );
}

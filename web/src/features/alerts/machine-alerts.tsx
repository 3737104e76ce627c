// The alerts of one machine, open and past, as a tab of it.

import { useText } from '../../i18n/use-text.ts';

export function MachineAlerts() {
  const { t } = useText();
  return (
    <div className="page-head">
      <h1>{t('app.alerts')}</h1>
    </div>
  );
}

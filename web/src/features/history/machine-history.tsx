// The past of one machine, as a tab of it.

import { useText } from '../../i18n/use-text.ts';

export function MachineHistory() {
  const { t } = useText();
  return (
    <div className="page-head">
      <h1>{t('app.history')}</h1>
    </div>
  );
}

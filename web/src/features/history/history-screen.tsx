// The past of one machine or of several beside each other.

import { useText } from '../../i18n/use-text.ts';

export function HistoryScreen() {
  const { t } = useText();
  return (
    <div className="page-head">
      <h1>{t('app.history')}</h1>
    </div>
  );
}

// What holds for the whole plant.

import { useText } from '../../i18n/use-text.ts';

export function SettingsScreen() {
  const { t } = useText();
  return (
    <div className="page-head">
      <h1>{t('app.settings')}</h1>
    </div>
  );
}

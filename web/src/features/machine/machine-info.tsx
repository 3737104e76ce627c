// What is known of the machine, and its limits.

import { useText } from '../../i18n/use-text.ts';

export function MachineInfo() {
  const { t } = useText();
  return (
    <div className="page-head">
      <h1>{t('machine.tab.info')}</h1>
    </div>
  );
}

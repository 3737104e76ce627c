// Keys as printed on a keyboard.

import { useText } from '../../i18n/use-text.ts';

/** One after the other, or `together`. */
export function Keys({ keys, together = false }: { keys: readonly string[]; together?: boolean }) {
  const { t } = useText();
  return (
    <span className="keys">
      {keys.map((key, index) => (
        <span key={key}>
          {index > 0 && !together ? <span className="sr-only">{t('shortcuts.then')} </span> : null}
          <kbd>{key.length === 1 ? key.toUpperCase() : key}</kbd>
        </span>
      ))}
    </span>
  );
}

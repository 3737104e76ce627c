// On paper, at the end: who printed it, and when.

import { useSyncExternalStore } from 'react';
import { useSessionState } from '../../api/use-api.ts';
import { useText } from '../../i18n/use-text.ts';

let printedMs = Date.now();
const subscribe = (listener: () => void) => {
  const note = () => {
    printedMs = Date.now();
    listener();
  };
  window.addEventListener('beforeprint', note);
  return () => window.removeEventListener('beforeprint', note);
};

export function PrintFoot() {
  const { t, format } = useText();
  const state = useSessionState();
  const timeMs = useSyncExternalStore(subscribe, () => printedMs);
  if (state.phase !== 'signed-in') return null;
  return (
    <p className="only-print print-foot">
      GONSTERS · {t('app.printed', { time: format.moment(timeMs), by: state.user.username })}
    </p>
  );
}

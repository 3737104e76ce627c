// The end of a list that goes on: asks for more before one gets there.

import { useEffect, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useOnScreen } from './use-on-screen.ts';

export function InfiniteEnd({ left, busy, onReached }: { left: number; busy: boolean; onReached: () => void }) {
  const { t } = useText();
  const ref = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(ref);
  useEffect(() => {
    if (visible && !busy) onReached();
  }, [visible, busy, onReached]);
  return (
    <div ref={ref} className="cap flex justify-center p-4" role="status">
      {t('machines.more', { count: left })}
    </div>
  );
}

// Runs the guard of the controls that act on something, and tells whoever pressed one too early that nothing was done.

import { useEffect, useEffectEvent } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { toast } from '../toast.ts';
import { watchActivations } from './watch-activations.ts';

/** Once, in the frame around every screen. */
export function useActivationGuard(): void {
  const { t } = useText();
  const onIgnored = useEffectEvent((event: Event) => {
    // The second click of a double click was no decision of its own: what the first one did is told already.
    if (event instanceof UIEvent && event.type === 'click' && event.detail > 1) return;
    toast(t('app.press_ignored'), { id: 'press-ignored' });
  });
  useEffect(() => watchActivations((event) => onIgnored(event)), []);
}

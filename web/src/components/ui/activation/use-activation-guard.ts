// Runs the guard of the controls that act on something, and tells whoever pressed one too early that nothing was done.

import { useEffect, useEffectEvent } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { toast } from '../toast.ts';
import { watchActivations } from './guard-controls.ts';

/** Once, in the frame around every screen. */
export function useActivationGuard(): void {
  const { t } = useText();
  const onIgnored = useEffectEvent(() => toast(t('app.press_ignored'), { id: 'press-ignored' }));
  useEffect(() => watchActivations(() => onIgnored()), []);
}

// Opens the settings of sound and notifications; they are loaded when first asked for.

import { BellRing, Volume2, VolumeX } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { SoundState } from '../../../components/domain/signals/siren.ts';
import { useDismiss } from '../../../components/ui/use-dismiss.ts';
import { useText } from '../../../i18n/use-text.ts';

const SignalPanel = lazy(() =>
  import('./signal-panel.tsx').then(({ SignalPanel: component }) => ({ default: component })),
);

/** With a `label` a button that says how the sound stands; without, an icon. */
export function SignalMenu({ up = false, label, sound }: { up?: boolean; label?: string; sound?: SoundState }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useDismiss(ref, open, () => setOpen(false));
  const Icon = sound === undefined ? BellRing : sound === 'on' ? Volume2 : VolumeX;
  return (
    <div ref={ref} className="relative">
      <button
        type="button"
        className={label === undefined ? 'btn btn-quiet btn-icon btn-sm' : 'btn'}
        aria-expanded={open}
        aria-label={label ?? t('alerts.signals')}
        title={t('alerts.signals')}
        onClick={() => setOpen(!open)}
      >
        <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="hidden tablet:inline">{label}</span>
      </button>
      {open ? (
        <div className={`menu glass signals ${up ? 'menu-up' : ''}`}>
          <Suspense>
            <SignalPanel />
          </Suspense>
        </div>
      ) : null}
    </div>
  );
}

// A button that opens the settings of sound and notifications, whose code is loaded when first opened.

import { BellRing, Volume2, VolumeX } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lazy, Suspense } from 'react';
import type { SoundState } from '../../../components/domain/signals/siren.ts';
import { useText } from '../../../i18n/use-text.ts';

const SignalPanel = lazy(() =>
  import('./signal-panel.tsx').then(({ SignalPanel: component }) => ({ default: component })),
);

/** With a `label`, a button that names the state of the sound; without, an icon. */
export function SignalMenu({ label, sound }: { label?: string; sound?: SoundState }) {
  const { t } = useText();
  const Icon = sound === undefined ? BellRing : sound === 'on' ? Volume2 : VolumeX;
  return (
    <Popover.Root>
      <Popover.Trigger
        className={label === undefined ? 'button button-quiet button-icon button-small' : 'button'}
        aria-label={label ?? t('alerts.signals')}
        title={t('alerts.signals')}
      >
        <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="hidden tablet:inline">{label}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu glass signals"
          align="end"
          sideOffset={10}
          collisionPadding={12}
          aria-label={t('alerts.signals')}
        >
          <Suspense>
            <SignalPanel />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

// All keyboard shortcuts, and the switch for those of a single key (WCAG 2.1.4).

import { useId, useState } from 'react';
import { useSessionState } from '../../api/use-api.ts';
import { PALETTE_KEYS, SHORTCUTS, setShortcutsOn, shortcutsOn } from '../../components/domain/shortcuts.ts';
import { Dialog } from '../../components/ui/dialog/dialog.tsx';
import { useText } from '../../i18n/use-text.ts';
import '../../styles/dialogs.css';
import { Keys } from './keys.tsx';

interface Line {
  label: string;
  keys: readonly string[];
  together?: boolean;
}

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const state = useSessionState();
  const [on, setOn] = useState(shortcutsOn);
  const id = useId();
  const permissions = state.phase === 'signed-in' ? state.user.permissions : [];
  const mine = SHORTCUTS.filter((shortcut) => !('permission' in shortcut) || permissions.includes(shortcut.permission));
  const lines = (group: (typeof SHORTCUTS)[number]['group']) =>
    mine.filter((shortcut) => shortcut.group === group).map(({ label, keys }) => ({ label: t(label), keys }));
  const everywhere: Line[] = [
    { label: t('shortcuts.palette'), keys: PALETTE_KEYS, together: true },
    { label: t('shortcuts.escape'), keys: ['Esc'] },
  ];
  return (
    <Dialog wide title={t('shortcuts.title')} onClose={onClose}>
      <div className="shortcut-columns">
        <div>
          <ShortcutList title={t('shortcuts.everywhere')} lines={everywhere} />
          <ShortcutList title={t('shortcuts.go')} lines={lines('go')} off={!on} />
        </div>
        <ShortcutList title={t('shortcuts.single')} lines={lines('do')} off={!on} />
      </div>
      <div className="switch-row">
        <span>
          <label htmlFor={id} className="text-strong">
            {t('shortcuts.on')}
          </label>
          <span id={`${id}-hint`} className="caption block">
            {t('shortcuts.on.hint')}
          </span>
        </span>
        <input
          id={id}
          type="checkbox"
          role="switch"
          aria-describedby={`${id}-hint`}
          className="key-switch"
          checked={on}
          aria-checked={on}
          onChange={(event) => {
            setShortcutsOn(event.target.checked);
            setOn(event.target.checked);
          }}
        />
      </div>
    </Dialog>
  );
}

function ShortcutList({ title, lines, off = false }: { title: string; lines: readonly Line[]; off?: boolean }) {
  return (
    <section className={off ? 'is-off' : ''}>
      <h3 className="label">{title}</h3>
      <dl className="shortcut-list">
        {lines.map(({ label, keys, together = false }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Keys keys={keys} together={together} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

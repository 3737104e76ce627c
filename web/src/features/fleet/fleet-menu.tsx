// What is done now and then: import machines, take the list along.

import { Download, Ellipsis, FileUp, Plus } from 'lucide-react';
import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useApi, useMay } from '../../api/use-api.ts';
import { useOpenDialog } from '../../components/dialogs.ts';
import { toast } from '../../components/toast.ts';
import { faultText } from '../../i18n/fault-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { filterOf, orderOf } from './machine-search.ts';
import { useMachineSearch } from './use-machine-search.ts';

const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function FleetMenu() {
  const { t } = useText();
  const api = useApi();
  const mayAdd = useMay('write:machines');
  const openDialog = useOpenDialog();
  const { search } = useMachineSearch();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const run = (action: () => void) => () => {
    setOpen(false);
    button.current?.focus();
    action();
  };
  const exportAs = (format: 'csv' | 'json') =>
    run(() => {
      api
        .downloadMachines(filterOf(search), orderOf(search), format)
        .catch((error: unknown) => toast.error(t('fleet.export_failed', { reason: faultText(t, error) })));
    });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closes what is inside when the focus or Escape leaves it
    <div className="relative" onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        ref={button}
        type="button"
        className="btn btn-icon"
        aria-label={t('fleet.more')}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Ellipsis {...ICON} />
      </button>
      {open ? (
        <div className="menu glass">
          {mayAdd ? (
            <>
              <button
                type="button"
                className="menu-item tablet:hidden"
                onClick={run(() => openDialog({ name: 'add-machine' }))}
              >
                <Plus {...ICON} />
                {t('fleet.add')}
              </button>
              <button type="button" className="menu-item" onClick={run(() => openDialog({ name: 'import-machines' }))}>
                <FileUp {...ICON} />
                {t('fleet.import')}
              </button>
            </>
          ) : null}
          <button type="button" className="menu-item" onClick={exportAs('csv')}>
            <Download {...ICON} />
            {t('fleet.export', { format: 'CSV' })}
          </button>
          <button type="button" className="menu-item" onClick={exportAs('json')}>
            <Download {...ICON} />
            {t('fleet.export', { format: 'JSON' })}
          </button>
        </div>
      ) : null}
    </div>
  );
}

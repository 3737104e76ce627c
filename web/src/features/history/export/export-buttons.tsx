// Buttons that export the visible readings.

import { Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { HistoryMachines } from '../use-history-data.ts';

const ExportDialog = lazy(() => import('./export-dialog.tsx').then((module) => ({ default: module.ExportDialog })));

export function ExportButtons({
  machines: { found },
  focusId,
  time,
  zone,
}: {
  machines: HistoryMachines;
  focusId: string | null;
  time: TimeRange;
  zone: string;
}) {
  const { t } = useText();
  const [open, setOpen] = useState<'csv' | 'parquet' | null>(null);
  const focus = found.find((machine) => machine.machine_id === focusId) ?? found[0];
  return (
    <>
      {(['parquet', 'csv'] as const).map((format) => (
        <button
          key={format}
          type="button"
          className={`button ${format === 'parquet' ? 'hide-phone' : ''}`}
          disabled={!focus}
          onClick={() => setOpen(format)}
        >
          <Download size={16} strokeWidth={1.5} aria-hidden="true" />
          {t('export.as', { format: t(`export.${format}`) })}
        </button>
      ))}
      <Suspense>
        {open && focus ? (
          <ExportDialog
            format={open}
            machines={found.map((machine) => ({ id: machine.machine_id, name: machine.name }))}
            focusId={focus.machine_id}
            whole={time.whole}
            view={time.zoomed ? time.view : null}
            zone={zone}
            onClose={() => setOpen(null)}
          />
        ) : null}
      </Suspense>
    </>
  );
}

// Buttons that export the visible readings.

import { Download } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { HistoryMachines } from '../use-history-data.ts';
import type { HistorySeries } from '../use-series.ts';

const ExportDialog = lazy(() => import('./export-dialog.tsx').then((module) => ({ default: module.ExportDialog })));

export function ExportButtons({
  machines: { found },
  known,
  focusKey,
  time,
  zone,
}: {
  machines: HistoryMachines;
  known: HistorySeries;
  focusKey: string | null;
  time: TimeRange;
  zone: string;
}) {
  const { t } = useText();
  const [open, setOpen] = useState<'csv' | 'parquet' | null>(null);
  const focus = found.find((machine) => focusKey?.startsWith(`${machine.machine_id}.`)) ?? found[0];
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
            metrics={known.metricsOf.get(focus.machine_id) ?? []}
            chosen={known.series.map(({ metric }) => metric)}
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

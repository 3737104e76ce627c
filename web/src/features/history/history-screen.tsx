// The history screen: readings of one or several machines.

import '../../styles/history.css';
import { useText } from '../../i18n/use-text.ts';
import { ExportButtons } from './export/export-buttons.tsx';
import { HistoryWorkspace } from './history-workspace.tsx';
import { StartMachines } from './machines/start-machines.tsx';
import { useTimeRange } from './range/use-time-range.ts';
import { useHistoryMachines } from './use-history-data.ts';
import { useHistorySearch } from './use-history-search.ts';
import { useSeries } from './use-series.ts';

export function HistoryScreen() {
  const { t } = useText();
  const search = useHistorySearch();
  const { choice, change } = search;
  const machines = useHistoryMachines(choice.machineIds);
  const known = useSeries(choice.series, machines);
  const time = useTimeRange(choice, change);
  const none = choice.series.length === 0;
  return (
    <>
      <title>{`${t('app.history')} · GONSTERS`}</title>
      <div className="page-head">
        <h1>{t('app.history')}</h1>
        <span className="flex-1" />
        {none ? null : (
          <ExportButtons machines={machines} known={known} focusKey={choice.focusKey} time={time} zone={choice.zone} />
        )}
      </div>
      {none ? (
        <StartMachines onPick={(id) => void change({ machines: id })} />
      ) : (
        <HistoryWorkspace search={search} time={time} machines={machines} known={known} />
      )}
    </>
  );
}

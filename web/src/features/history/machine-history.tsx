// The history of one machine, as a tab of its screen.

import { Link, useParams } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import '../../styles/history.css';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useText } from '../../i18n/use-text.ts';
import { ExportButtons } from './export/export-buttons.tsx';
import { readHistorySearch, searchOfSeries } from './history-search.ts';
import { HistoryWorkspace } from './history-workspace.tsx';
import { useTimeRange } from './range/use-time-range.ts';
import { useHistoryMachines } from './use-history-data.ts';
import { useHistorySearch } from './use-history-search.ts';
import { useSeries } from './use-series.ts';

export function MachineHistory() {
  const { machineId } = useParams({ from: '/machines/$machineId' });
  return <HistoryTab key={machineId} machineId={machineId} />;
}

function HistoryTab({ machineId }: { machineId: string }) {
  const { t } = useText();
  const search = useHistorySearch(machineId);
  const { choice, change } = search;
  const machines = useHistoryMachines(choice.machineIds);
  const known = useSeries(choice.series, machines);
  const time = useTimeRange(choice, change);
  return (
    <>
      <div className="history-actions">
        <Link
          to="/history"
          search={(previous) => ({
            ...keepPanelFilters(previous),
            ...readHistorySearch({ ...previous, ...searchOfSeries(choice.series) }),
          })}
          className="button button-quiet"
        >
          <GitCompareArrows size={16} strokeWidth={1.5} aria-hidden="true" />
          {t('history.compare')}
        </Link>
        <span className="flex-1" />
        <ExportButtons machines={machines} known={known} focusKey={choice.focusKey} time={time} zone={choice.zone} />
      </div>
      <HistoryWorkspace search={search} time={time} machines={machines} known={known} fixed />
    </>
  );
}

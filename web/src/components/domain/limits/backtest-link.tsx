// A link to the limits of a metric with their back-test.

import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useBacktestText } from '../../../i18n/backtest/use-backtest-text.ts';
import { keepPanelFilters } from '../links.ts';

/** Of a machine, of a type, or without either of the plant. */
export function BacktestLink({
  metric,
  label,
  machineId,
  sensorType,
  className = '',
}: {
  metric: string;
  label: string;
  machineId?: string;
  sensorType?: string;
  className?: string;
}) {
  const { say } = useBacktestText();
  return (
    <Link
      to="/limits/$metric"
      params={{ metric }}
      search={(search) => ({
        ...keepPanelFilters(search),
        ...(machineId === undefined ? {} : { machine: machineId }),
        ...(sensorType === undefined ? {} : { sensor_type: sensorType }),
      })}
      className={`button button-quiet button-small ${className}`}
      aria-label={say('bt.open.of', { metric: label })}
    >
      <History size={14} strokeWidth={1.5} aria-hidden="true" />
      {say('bt.open')}
    </Link>
  );
}

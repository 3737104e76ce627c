// How many charts there are, and a menu of them: up, down, away.

import { MAX_CHARTS } from '@gonsters/contract';
import { ArrowDown, ArrowUp, Pin, PinOff } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { PinnedCharts } from './pinned-charts.ts';

const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function PinCount({ pins }: { pins: PinnedCharts }) {
  const { t } = useText();
  const { charts } = pins;
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="button button-small button-quiet pin-count">
        <Pin {...ICON} />
        {t('machine.pinned', { count: charts.length, most: MAX_CHARTS })}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu glass" align="end" sideOffset={6} collisionPadding={12}>
          <DropdownMenu.Label className="caption menu-note">
            {pins.shared ? t('machine.pins_shared') : t('machine.pins_own')}
          </DropdownMenu.Label>
          {charts.map(({ name, label }) => (
            <DropdownMenu.Item
              key={name}
              className="menu-item"
              disabled={charts.length === 1}
              onSelect={() => pins.toggle(name)}
            >
              <PinOff {...ICON} />
              {t('machine.unpin_named', { metric: label })}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Of the chart of one metric. */
export function ChartMenu({ metric, pins }: { metric: MetricView; pins: PinnedCharts }) {
  const { t } = useText();
  const at = pins.charts.findIndex(({ name }) => name === metric.name);
  const [above, below] = [pins.charts[at - 1], pins.charts[at + 1]];
  const label = t('machine.chart_menu', { metric: metric.label });
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className="button button-small button-icon button-quiet chart-menu"
        aria-label={label}
        title={label}
      >
        <Pin {...ICON} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu glass" align="end" sideOffset={6} collisionPadding={12}>
          <DropdownMenu.Item
            className="menu-item"
            disabled={above === undefined}
            onSelect={() => above && pins.placeAt(metric.name, above.name)}
          >
            <ArrowUp {...ICON} />
            {t('machine.chart_up')}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className="menu-item"
            disabled={below === undefined}
            onSelect={() => below && pins.placeAt(metric.name, below.name)}
          >
            <ArrowDown {...ICON} />
            {t('machine.chart_down')}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className="menu-item"
            disabled={pins.charts.length === 1}
            onSelect={() => pins.toggle(metric.name)}
          >
            <PinOff {...ICON} />
            {t('machine.unpin')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

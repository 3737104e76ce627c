// Four figures of a shift. Figures are no alarms, so they have no colour.

import type { ShiftReport } from '@gonsters/contract';
import type { ReactNode } from 'react';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';
import { comparedWithUsual, minutesText } from './shift-model.ts';

export function ShiftFigures({ figures }: { figures: ShiftReport['figures'] }) {
  const { say, format } = useShiftText();
  const usual = comparedWithUsual(figures);
  const { acknowledge_median_seconds: median, acknowledge_longest_seconds: longest, running_share: running } = figures;
  return (
    <dl className="card shift-figures">
      <Figure
        label={say('shift.alerts')}
        more={
          'count' in usual ? say(`shift.alerts.${usual.key}`, { count: usual.count }) : say(`shift.alerts.${usual.key}`)
        }
      >
        {format.number(figures.alerts)}
      </Figure>
      <Figure
        label={say('shift.critical')}
        more={
          figures.critical_open === 0
            ? say('shift.critical.none_open')
            : say('shift.critical.open', { count: figures.critical_open })
        }
      >
        {format.number(figures.critical)}
      </Figure>
      <Figure
        label={say('shift.acknowledged')}
        more={
          median === null
            ? say('shift.acknowledged.none')
            : say('shift.acknowledged.longest', { time: format.age((longest ?? 0) * 1000) })
        }
      >
        {median === null ? '—' : minutesText(median)}
        {median === null ? null : <span className="unit">{format.units.min}</span>}
      </Figure>
      <Figure label={say('shift.running')} more={say(running === null ? 'shift.running.unknown' : 'shift.running.of')}>
        {running === null ? '—' : format.number(Math.round(running * 100))}
        {running === null ? null : <span className="unit">%</span>}
      </Figure>
    </dl>
  );
}

function Figure({ label, more, children }: { label: string; more: string; children: ReactNode }) {
  return (
    <div className="shift-figure">
      <dt className="label">{label}</dt>
      <dd className="number">{children}</dd>
      <dd className="caption">{more}</dd>
    </div>
  );
}

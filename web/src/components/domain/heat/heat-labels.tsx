// The locations beside the cells, with the number of their machines and of the abnormal ones.

import { MACHINE_CONDITIONS } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { TONES } from '../machines/machine-condition.ts';
import { StatusMark } from '../machines/status-mark.tsx';
import type { HeatView } from './heat-board.ts';
import { rankOf } from './heat-order.ts';

const COUNTED = MACHINE_CONDITIONS.slice(0, rankOf('maintenance'));
/** A group that is not as high has one line for both. */
const TWO_LINES_PX = 34;

export function HeatLabels({ view }: { view: HeatView }) {
  const { t, format } = useText();
  const { layout, style, groups } = view;
  const above = style.labelWidth === 0;
  const heightOf = (group: number) =>
    Math.max(style.labelHeight, (layout.groups[group]?.rows ?? 0) * layout.step - style.gap);
  return (
    <ul aria-label={t('machines.filter.location')}>
      {groups.map(({ name, total, counts }, i) => (
        <li
          key={name}
          className={above || heightOf(i) < TWO_LINES_PX ? 'heat-label is-line' : 'heat-label'}
          style={{ top: layout.groups[i]?.top, width: above ? '100%' : layout.left - 14 }}
        >
          <b className="ellipsis" title={name}>
            {name}
          </b>
          <span>
            {format.number(total)}
            {COUNTED.map((condition) => {
              const count = counts[rankOf(condition)] ?? 0;
              return count === 0 ? null : (
                <span key={condition} className={`status ${TONES[condition]}`}>
                  <StatusMark condition={condition} />
                  {format.number(count)}
                  <span className="sr-only">{t(`status.${condition}`)}</span>
                </span>
              );
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}

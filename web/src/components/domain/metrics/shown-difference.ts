// Differences of values, such as a deadband or a rate, in the unit that is shown: without the offset that a unit may have.

import type { MetricView } from './metric-view.ts';

type Converts = Pick<MetricView, 'toShown' | 'toStored'>;
/** Without what binary fractions add to a number that was converted. */
const plain = (value: number) => Number(value.toPrecision(10));

export const shownDifference = (view: Converts, stored: number): number =>
  plain(view.toShown(stored) - view.toShown(0));

export const storedDifference = (view: Converts, shown: number): number =>
  plain(view.toStored(shown) - view.toStored(0));

// The colour of a machine's line, dashed where a colour is used a second time.

import { HUES } from '../../../charts/chart-colors.ts';

export const seriesColor = (place: number) => `var(--series-${(Math.max(0, place) % HUES) + 1})`;

export function SeriesSwatch({ place }: { place: number }) {
  return <i className={`series-swatch ${place >= HUES ? 'is-dashed' : ''}`} style={{ color: seriesColor(place) }} />;
}

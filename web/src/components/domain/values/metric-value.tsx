// A value with its unit, rounded as the catalogue says; a dash where there is no value.

import { METRICS } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';

export function MetricValue({ metric, value }: { metric: number; value: number | null }) {
  const { format } = useText();
  const definition = METRICS[metric];
  return (
    <>
      {[...format.number(value, definition?.decimals).matchAll(/[.,]|[^.,]+/g)].map(({ 0: part, index }) =>
        part === '.' || part === ',' ? (
          <span key={index} className="point">
            {part}
          </span>
        ) : (
          part
        ),
      )}
      {/* The unit goes below where there is no room beside the number, and the place allows it. */}
      <wbr />
      <span className="unit">{definition?.unit}</span>
    </>
  );
}

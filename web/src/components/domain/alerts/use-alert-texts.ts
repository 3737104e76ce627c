// What texts about alerts need: the language of the page, and how the plant shows each metric.

import { useMemo } from 'react';
import { type Texts, useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { type FleetMetrics, useFleetMetrics } from '../metrics/use-type-metrics.ts';
import type { AlertWords } from './alert-text.ts';

export interface AlertTexts extends Texts, AlertWords {
  fleet: FleetMetrics;
}

/** The same object until the language or the catalogue of metrics changes. */
export function useAlertTexts(): AlertTexts {
  const texts = useText();
  const { metrics } = useLive();
  const fleet = useFleetMetrics();
  return useMemo(() => ({ ...texts, metrics, fleet, metricNamed: fleet.named }), [texts, metrics, fleet]);
}

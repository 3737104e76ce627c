// A payload as people can read it, where it was refused.

import type { SparkplugPayload } from './payload.ts';

/** JSON of the payload; null and what is not set are left out. */
export function payloadText({ timestampMs, seq, metrics }: SparkplugPayload): string {
  const shown = metrics.map(({ timestampMs: timestamp, isHistorical, quality, ...metric }) => ({
    ...{ ...metric, timestamp, is_historical: isHistorical || null, quality: quality === 'good' ? null : quality },
  }));
  return JSON.stringify({ timestamp: timestampMs, seq, metrics: shown }, (_, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'symbol' ? 'not supported' : (value ?? undefined);
  });
}

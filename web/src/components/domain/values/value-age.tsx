// The age of a value where it is older than the newest of its machine, since a device may send one value per message.

import { useText } from '../../../i18n/use-text.ts';
import { useAge, useLive } from '../../../live/use-live.ts';

/** What a device sends one after the other within this time is as good as one reading. */
const TOLD_AFTER_MS = 60_000;

/** The age as text, null where it is that of the machine. */
export function useOlderAge(machineId: string, metric: number): string | null {
  const { format } = useText();
  const { readings } = useLive();
  const timeMs = readings.timeMs(machineId, metric);
  const isOlder = readings.newestMs(machineId) - timeMs > TOLD_AFTER_MS;
  const ageMs = useAge(isOlder ? timeMs : Number.NaN);
  return isOlder ? format.age(ageMs) : null;
}

// An empty store of readings, for tests that store none.

import { EMPTY_COLUMNS } from '../../../src/readings/reading-columns.ts';
import type { ReadingStore } from '../../../src/readings/reading-store.ts';

export const NO_HISTORY: Pick<ReadingStore, 'latest' | 'raw'> = {
  latest: async () => EMPTY_COLUMNS,
  raw: async () => ({ total: 0, rows: EMPTY_COLUMNS }),
};

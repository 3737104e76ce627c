// An empty store of readings, for tests that store none.

import { EMPTY_BATCH } from '../../../src/readings/reading-batch.ts';
import type { ReadingStore } from '../../../src/readings/reading-store.ts';

export const NO_HISTORY: Pick<ReadingStore, 'latest' | 'export'> = {
  latest: async () => EMPTY_BATCH,
  export: async function* () {},
};

// `vi.waitFor` gives up after one second unless a test says otherwise, and Vitest has no setting for it. A busy computer
// needs longer; a quiet one goes on as soon as the condition holds. The same time as `expect.poll` in vitest.config.ts.

import { vi } from 'vitest';

const PATIENCE = { timeout: 15_000 };
const waitFor = vi.waitFor;
vi.waitFor = (check, options = PATIENCE) => waitFor(check, options);

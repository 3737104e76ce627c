// Property tests in CI: the same examples at every run, so that a build is judged by its change and not by its luck.
// At home each run tries new ones; a failing one prints the seed that repeats it.

import fc from 'fast-check';

const SEED = 20_260_101;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });

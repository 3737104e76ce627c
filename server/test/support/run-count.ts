// How often a test repeats what it does: fewer times in a usual run, more with `npm test -- --everything`.

export const runCount = (usual: number, everything: number): number =>
  process.env.TEST_EVERYTHING === '1' ? everything : usual;

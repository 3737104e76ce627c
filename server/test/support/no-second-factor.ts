// For tests of sessions of users who have no second factor.

export const NO_SECOND_FACTOR = {
  secondFactors: { prune: async () => {} },
  gate: { isRestricted: () => false, stateOf: () => ({ required: false, enrolled: false }) },
};

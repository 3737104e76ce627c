// The events of access keys.

/** Access keys, or the users to whom they belong, changed. */
export type AccessKeyEvent = { kind: 'access_keys' };

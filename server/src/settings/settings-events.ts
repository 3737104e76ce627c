// The events of settings.

/** `changed` holds names of settings. */
export type SettingsEvent = { kind: 'config'; changed: readonly string[] };

// Marks the controls that act at once on what they stand beside, such as an alert of a list. The activation guard ignores
// them just after that has changed.

export const ACTS_ON = 'data-acts-on';
export const OPENS = 'data-opens';

/** Spread over a button, link or checkbox. An alert that has become worse is another thing to act on. */
export function actsOn(action: string, things: readonly { id: string; severity?: string }[]): { [ACTS_ON]: string } {
  return { [ACTS_ON]: [action, ...things.map(({ id, severity = '' }) => `${id}:${severity}`)].join(' ') };
}

/** For one that only opens a dialog: always usable, and what comes to lie over it is not for a moment. */
export const opensDialog = (name: string): { [OPENS]: string } => ({ [OPENS]: name });

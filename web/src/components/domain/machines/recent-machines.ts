// The machines that were opened last in this browser, newest first.

const MAX_REMEMBERED = 6;

/** A list in the browser's storage whose entries are identified by `idOf`. Values that are not entries are left out. */
export function recentList<Entry>(
  key: string,
  isEntry: (value: unknown) => value is Entry,
  idOf: (entry: Entry) => string,
) {
  const list = (): readonly Entry[] => {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      return Array.isArray(stored) ? stored.filter(isEntry).slice(0, MAX_REMEMBERED) : [];
    } catch {
      return [];
    }
  };
  const remember = (entry: Entry): void => {
    const others = list().filter((other) => idOf(other) !== idOf(entry));
    localStorage.setItem(key, JSON.stringify([entry, ...others].slice(0, MAX_REMEMBERED)));
  };
  return { list, remember };
}

/** By id. */
export const recentMachines = recentList(
  'gonsters.recent',
  (value) => typeof value === 'string',
  (id) => id,
);

// The machines whose past was looked at last, remembered by this browser.

const KEY = 'gonsters.history.machines';
const MOST = 6;

export interface RecentMachine {
  id: string;
  name: string;
}

export function recentMachines(): RecentMachine[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isMachine).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberMachine({ id, name }: RecentMachine): void {
  const others = recentMachines().filter((machine) => machine.id !== id);
  localStorage.setItem(KEY, JSON.stringify([{ id, name }, ...others].slice(0, MOST)));
}

function isMachine(value: unknown): value is RecentMachine {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}

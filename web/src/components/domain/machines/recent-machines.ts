// The machines somebody opened last on this device, newest first.

const KEY = 'gonsters.recent';
const KEPT = 6;

export function recentMachines(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string').slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export function rememberMachine(machineId: string): void {
  const others = recentMachines().filter((id) => id !== machineId);
  localStorage.setItem(KEY, JSON.stringify([machineId, ...others].slice(0, KEPT)));
}

// The machines whose history was opened last in this browser.

import { recentList } from '../../../components/domain/machines/recent-machines.ts';

export interface RecentMachine {
  id: string;
  name: string;
}

export const recentHistory = recentList('gonsters.history.machines', isMachine, ({ id }) => id);

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

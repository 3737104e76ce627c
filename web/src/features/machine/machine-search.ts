// The chart window as it stands in the address.

export const WINDOWS_MIN = ['1', '5', '15', '60'] as const;
export type WindowMin = (typeof WINDOWS_MIN)[number];
const DEFAULT: WindowMin = '15';

export interface MachineViewSearch {
  /** Minutes; the default where left out. */
  window?: WindowMin;
}

export function readMachineViewSearch(search: Readonly<Record<string, unknown>>): MachineViewSearch {
  const window = WINDOWS_MIN.find((minutes) => minutes === search.window);
  return window === undefined || window === DEFAULT ? {} : { window };
}

export const windowOf = (search: MachineViewSearch): WindowMin => search.window ?? DEFAULT;

// The wall screen: `?kiosk=1` on any address shows the plant without chrome.

export interface KioskSearch {
  kiosk?: '1';
}

export const readKiosk = (search: Readonly<Record<string, unknown>>): KioskSearch =>
  search.kiosk === '1' ? { kiosk: '1' } : {};

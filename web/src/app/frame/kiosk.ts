// The wall screen: `?kiosk=1` on any address shows the plant without chrome, `page` keeps it on one of its pages.

export interface KioskSearch {
  kiosk?: '1';
  page?: string;
}

export const readKiosk = (search: Readonly<Record<string, unknown>>): KioskSearch =>
  search.kiosk === '1' ? { kiosk: '1', ...(typeof search.page === 'string' ? { page: search.page } : {}) } : {};

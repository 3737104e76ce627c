// The address of a wall screen: `?kiosk=1` shows the plant without menus, `page` selects one of its pages.

export interface KioskSearch {
  kiosk?: '1';
  page?: string;
}

export const readKiosk = (search: Readonly<Record<string, unknown>>): KioskSearch =>
  search.kiosk === '1' ? { kiosk: '1', ...(typeof search.page === 'string' ? { page: search.page } : {}) } : {};

import { describe, expect, it } from 'vitest';
import { isoOfLocal, localTime, readSettingsSearch } from './settings-search.ts';

describe('the address of a section', () => {
  it('takes what it knows and leaves the rest', () => {
    expect(
      readSettingsSearch({ find: 'sari', reason: '', from: '2026-01-15T10:30:00+07:00', to: 'soon', user: 7, x: 'y' }),
    ).toEqual({ find: 'sari', from: '2026-01-15T03:30:00.000Z' });
  });

  it('gives a time to the browser’s control and takes it back, to the minute', () => {
    const iso = '2026-01-15T03:30:00.000Z';
    expect(isoOfLocal(localTime(iso))).toBe(iso);
    expect(localTime(undefined)).toBe('');
    expect(isoOfLocal('')).toBeUndefined();
  });
});

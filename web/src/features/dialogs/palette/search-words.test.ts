import { describe, expect, it } from 'vitest';
import { findPart, fits } from './search-words.ts';

describe('the palette', () => {
  it('finds a label by the beginnings of its words', () => {
    expect(fits('Import machines', 'imp')).toBe(true);
    expect(fits('Import machines', 'mach imp')).toBe(true);
    expect(fits('Import machines', 'port')).toBe(false);
    expect(fits('Anything', '')).toBe(true);
  });

  it('marks what was typed as the server finds it', () => {
    expect(findPart('CNC-014', 'cnc 01')).toEqual([0, 6]);
    expect(findPart('CNC-014', 'x')).toBeNull();
    expect(findPart('CNC-014', ' ')).toBeNull();
  });
});

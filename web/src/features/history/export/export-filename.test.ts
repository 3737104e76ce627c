import { describe, expect, it } from 'vitest';
import { exportFilename } from './export-filename.ts';

describe('the name of an export', () => {
  const range = { fromMs: Date.UTC(2026, 10, 21, 17), toMs: Date.UTC(2026, 10, 23, 3, 42, 18) };

  it('says which machine, when in the named zone, and how fine', () => {
    expect(exportFilename('CNC-014', range, 'Asia/Jakarta', '5m', 'csv')).toBe(
      'CNC-014_2026-11-22_0000_2026-11-23_1042_5m.csv',
    );
  });

  it('holds nothing that a file system would not take', () => {
    expect(exportFilename('../Press 1: "north"', range, 'UTC', 'raw', 'parquet')).toBe(
      'Press-1-north_2026-11-21_1700_2026-11-23_0342_raw.parquet',
    );
    expect(exportFilename('//', range, 'UTC', 'raw', 'csv')).toMatch(/^machine_/);
  });
});

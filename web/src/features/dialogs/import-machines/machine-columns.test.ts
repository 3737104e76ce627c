import { describe, expect, it } from 'vitest';
import { findColumns, ignoredColumns, readStatus } from './machine-columns.ts';

describe('the columns of a file', () => {
  it.each([
    [
      ['name', 'location', 'sensor_type', 'status'],
      [0, 1, 2, 3],
    ],
    [
      ['Status', 'Sensor Type', 'LOCATION', 'Machine Name'],
      [3, 2, 1, 0],
    ],
    [
      ['Nama Mesin', 'Lokasi', 'Jenis Sensor', 'Keadaan'],
      [0, 1, 2, 3],
    ],
    [
      ['machine_id', 'name', 'location', 'sensor_type', 'status', 'connection'],
      [1, 2, 3, 4],
    ],
    [
      ['sensorType', 'Name *'],
      [1, -1, 0, -1],
    ],
    [
      ['CNC-1', 'Hall A'],
      [-1, -1, -1, -1],
    ],
  ])('are found by their names: %j', (header, [name, location, sensor_type, status]) => {
    expect(findColumns(header)).toMatchObject({ name, location, sensor_type, status });
  });

  it('may be those of aliases, factory, timeout and id; all others are ignored', () => {
    const header = ['machine_id', 'name', 'Serial number', 'id', 'Factory', '', 'connection', 'inactivity_timeout'];
    const columns = findColumns(header);
    expect(columns).toMatchObject({ machine_id: 0, name: 1, aliases: 2, factory_id: 4, inactivity_timeout: 7 });
    expect(ignoredColumns(header, columns)).toEqual(['id', 'connection']);
  });

  it('are taken once each', () => {
    expect(findColumns(['type', 'sensor', 'name'])).toMatchObject({ sensor_type: 1, name: 2 });
    expect(findColumns(['name', 'name']).name).toBe(0);
  });
});

describe('a status', () => {
  it('is read in both languages, active where nothing stands', () => {
    expect(['', 'Active', 'TIDAK AKTIF', 'non-aktif', 'perawatan', 'Error'].map(readStatus)).toEqual([
      'active',
      'active',
      'inactive',
      'inactive',
      'maintenance',
      'error',
    ]);
    expect(readStatus('broken')).toBeNull();
    expect(readStatus('constructor')).toBeNull();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterOf, isFiltered, readMachineSearch } from './machine-search.ts';

describe('the machine filters in the address', () => {
  it('ask the server by status for what people say, by connection for what the data says', () => {
    expect(filterOf(readMachineSearch({ status: 'maintenance', q: ' 014 ' }))).toEqual({
      search: '014',
      status: 'maintenance',
      connection: '',
      location: '',
      sensorType: '',
    });
    expect(filterOf(readMachineSearch({ status: 'stale', location: 'Hall B', type: 'Spindle' }))).toEqual({
      search: '',
      status: '',
      connection: 'stale',
      location: 'Hall B',
      sensorType: 'Spindle',
    });
  });

  it('leave out what makes no sense', () => {
    expect(readMachineSearch({ q: '', status: 'broken', location: 5, type: null, __proto__: { q: 'x' } })).toEqual({});
    expect(readMachineSearch({ status: 'toString' })).toEqual({});
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ q: 'CNC' })).toBe(true);
  });

  it('survive being read again, whatever stood in the address', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('q', 'status', 'location', 'type', 'other'), fc.anything()),
        (search) => {
          const once = readMachineSearch(search);
          expect(readMachineSearch({ ...once })).toEqual(once);
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FILTER } from '../../../api/machines-api.ts';
import { filterOf, isFiltered, orderOf, readMachineSearch } from './machine-search.ts';

describe('the machine filters in the address', () => {
  it('ask the server by status for what people say, by connection for what the data says, by alarm for alerts', () => {
    expect(filterOf(readMachineSearch({ status: 'maintenance', q: ' 014 ' }))).toEqual({
      ...NO_FILTER,
      search: '014',
      status: 'maintenance',
    });
    expect(filterOf(readMachineSearch({ status: 'stale', location: 'Hall B', type: 'Spindle' }))).toEqual({
      ...NO_FILTER,
      connection: 'stale',
      location: 'Hall B',
      sensorType: 'Spindle',
    });
    expect(filterOf(readMachineSearch({ status: 'alert' }))).toEqual({ ...NO_FILTER, alarm: 'any' });
    expect(filterOf(readMachineSearch({ status: 'critical' }))).toEqual({ ...NO_FILTER, alarm: 'critical' });
  });

  it('leave out what makes no sense', () => {
    expect(readMachineSearch({ q: '', status: 'broken', location: 5, type: null, __proto__: { q: 'x' } })).toEqual({});
    expect(readMachineSearch({ status: 'toString' })).toEqual({});
    expect(isFiltered({})).toBe(false);
    expect(isFiltered({ q: 'CNC' })).toBe(true);
    expect(isFiltered({ view: 'table', order: '-name' })).toBe(false);
  });

  it('keep order and density, and leave out the order that holds anyway', () => {
    expect(readMachineSearch({ order: '-last_seen', view: 'table' })).toEqual({ order: '-last_seen', view: 'table' });
    expect(readMachineSearch({ order: 'condition', view: 'pie' })).toEqual({});
    expect(readMachineSearch({ order: 'size' })).toEqual({});
    expect(orderOf({})).toBe('condition');
  });

  it('survive being read again, whatever stood in the address', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('q', 'status', 'location', 'type', 'order', 'view', 'other'), fc.anything()),
        (search) => {
          const once = readMachineSearch(search);
          expect(readMachineSearch({ ...once })).toEqual(once);
        },
      ),
    );
  });
});

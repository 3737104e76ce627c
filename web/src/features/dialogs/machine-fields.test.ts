import { MACHINE_STATUSES, machineInputSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_FIELDS, lineFault, STATUS_LABELS } from './machine-fields.ts';

const line = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', ' ', 'Press 1', 'a\u0007b', 'x'.repeat(50), 'x'.repeat(51), 'x'.repeat(100), 'x'.repeat(101)),
);

describe('the check of a machine’s description', () => {
  it('agrees with the server about every text', () => {
    fc.assert(
      fc.property(fc.record({ name: line, location: line, sensor_type: line }), (machine) => {
        const taken = machineInputSchema.safeParse(machine).success;
        const faultless = LINE_FIELDS.every((field) => lineFault(field, machine[field].trim()) === null);
        expect(faultless).toBe(taken);
      }),
    );
  });

  it('offers every status', () => {
    expect(Object.keys(STATUS_LABELS).sort()).toEqual([...MACHINE_STATUSES].sort());
  });
});

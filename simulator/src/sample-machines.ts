// The machines of the simulated plant: some with individual names, then any number of similar ones.

import type { MachineInput, MachineLimits } from '@gonsters/contract';
import { MACHINE_TYPES, type MachineType } from './physics/machine-types.ts';

export interface SampleMachine extends MachineInput {
  readonly sensor_type: MachineType;
  /** Brings the first fault forward, so that a new user soon sees an alert. */
  readonly firstFaultAfterS?: number;
}

const SAMPLES: readonly SampleMachine[] = [
  sample('CNC Mill Haas VF-2', 'Hall A', 'CNC machine'),
  sample('CNC Mill DMG Mori', 'Hall A', 'CNC machine'),
  { ...sample('Hydraulic Press P-200', 'Hall A', 'Hydraulic press'), firstFaultAfterS: 40 },
  sample('Injection Moulder Arburg 470', 'Hall B', 'Injection moulding machine'),
  sample('Extruder Line E-3', 'Hall B', 'Extruder'),
  sample('Compressor Kaeser CSD', 'Utilities', 'Compressor'),
  sample('Coolant Pump Grundfos CR', 'Utilities', 'Pump'),
];
/** Of types that have not all three basic metrics. */
const MORE_SAMPLES: readonly SampleMachine[] = [
  sample('Fan Motor Siemens 1LE1', 'Hall B', 'Motor'),
  sample('Boiler Viessmann V200', 'Utilities', 'Boiler'),
  sample('Main Feed Janitza UMG', 'Utilities', 'Energy meter'),
  sample('Cold Room 1', 'Warehouse', 'Cold room'),
];

/** The types in the line of similar machines. */
const LINE_TYPES: { readonly [metrics in 'basic' | 'all']: readonly MachineType[] } = {
  basic: ['CNC machine', 'Hydraulic press', 'Compressor', 'Pump', 'Injection moulding machine', 'Conveyor', 'Extruder'],
  all: [
    'Pump',
    'Motor',
    'Compressor',
    'CNC machine',
    'Injection moulding machine',
    'Boiler',
    'Energy meter',
    'Cold room',
  ],
};

/**
 * The first `count` machines of the plant, always the same for the same arguments. With `basic`, each has the three
 * basic metrics.
 */
export function sampleMachines(count: number, metrics: 'basic' | 'all'): SampleMachine[] {
  const named = metrics === 'all' ? [...SAMPLES, ...MORE_SAMPLES] : SAMPLES;
  const types = LINE_TYPES[metrics];
  const line = Array.from({ length: Math.max(0, count - named.length) }, (_, index) =>
    sample(
      `SIM-${String(index + 1).padStart(3, '0')}`,
      `Hall C Line ${Math.floor(index / 50) + 1}`,
      types[index % types.length] as MachineType,
    ),
  );
  return [...named.slice(0, count), ...line];
}

/** The limits of the types among `machines` that the default limits do not fit. */
export function limitsOfTypes(machines: readonly SampleMachine[]): [MachineType, MachineLimits][] {
  return [...new Set(machines.map((machine) => machine.sensor_type))].flatMap((type) => {
    const { limits } = MACHINE_TYPES[type];
    return limits === undefined ? [] : [[type, limits]];
  });
}

function sample(name: string, location: string, sensor_type: MachineType): SampleMachine {
  return { name, location, sensor_type, status: 'active' };
}

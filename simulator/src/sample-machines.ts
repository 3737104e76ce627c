// The machines of the simulated plant: seven with individual names, then any number of similar ones.

import type { MachineInput } from '@gonsters/contract';
import { MACHINE_TYPES, type MachineType } from './machine-profiles.ts';

export interface SampleMachine extends MachineInput {
  readonly sensor_type: MachineType;
  /** Brings the first fault forward, so that a new user soon sees an alert. */
  readonly firstFaultAfterS?: number;
}

const SAMPLES: readonly SampleMachine[] = [
  sample('CNC Mill Haas VF-2', 'Hall A', 'CNC mill'),
  sample('CNC Mill DMG Mori', 'Hall A', 'CNC mill'),
  { ...sample('Hydraulic Press P-200', 'Hall A', 'Hydraulic press'), firstFaultAfterS: 40 },
  sample('Injection Moulder Arburg 470', 'Hall B', 'Injection moulder'),
  sample('Extruder Line E-3', 'Hall B', 'Extruder'),
  sample('Compressor Kaeser CSD', 'Utilities', 'Compressor'),
  sample('Coolant Pump Grundfos CR', 'Utilities', 'Coolant pump'),
];

/** The first `count` machines of the plant, always the same for the same count. */
export function sampleMachines(count: number): SampleMachine[] {
  const line = Array.from({ length: Math.max(0, count - SAMPLES.length) }, (_, index) =>
    sample(
      `SIM-${String(index + 1).padStart(3, '0')}`,
      `Hall C Line ${Math.floor(index / 50) + 1}`,
      MACHINE_TYPES[index % MACHINE_TYPES.length] as MachineType,
    ),
  );
  return [...SAMPLES.slice(0, count), ...line];
}

function sample(name: string, location: string, sensor_type: MachineType): SampleMachine {
  return { name, location, sensor_type, status: 'active' };
}

// The types of machines that the simulator knows.

import type { MachineLimits } from '@gonsters/contract';
import { BOILER_FAULTS, Boiler } from './boiler.ts';
import { COLD_ROOM_FAULTS, ColdRoom } from './cold-room.ts';
import { DRIVE_FAULTS, Drive } from './drive.ts';
import { DRIVES, type DriveType } from './drive-types.ts';
import { ENERGY_METER_FAULTS, EnergyMeter } from './energy-meter.ts';
import type { Moment, Physics } from './physics.ts';
import type { Random } from './random.ts';

interface MachineTypeSpec {
  /** Duration of one work cycle, and the share of it under load. */
  readonly cycleS: number;
  readonly dutyShare: number;
  readonly faults: readonly string[];
  readonly faultLengthS: { readonly min: number; readonly max: number };
  /** For types that the default limits of the plant do not fit. */
  readonly limits?: MachineLimits;
  create(moment: Moment, random: Random): Physics;
}

export type MachineType = keyof typeof DRIVES | 'Boiler' | 'Energy meter' | 'Cold room';

export const MACHINE_TYPES: { readonly [type in MachineType]: MachineTypeSpec } = {
  ...(Object.fromEntries(Object.entries(DRIVES).map(([name, type]) => [name, driveSpec(type)])) as {
    [name in keyof typeof DRIVES]: MachineTypeSpec;
  }),
  Boiler: {
    cycleS: 480,
    dutyShare: 0.65,
    faults: BOILER_FAULTS,
    faultLengthS: { min: 180, max: 420 },
    create: (moment, random) => new Boiler(moment, random),
  },
  'Energy meter': {
    cycleS: 420,
    dutyShare: 0.75,
    faults: ENERGY_METER_FAULTS,
    faultLengthS: { min: 120, max: 300 },
    limits: { temperature: { low: 0, high: 60 } },
    create: (moment, random) => new EnergyMeter(moment, random),
  },
  'Cold room': {
    cycleS: 900,
    dutyShare: 0.6,
    faults: COLD_ROOM_FAULTS,
    faultLengthS: { min: 600, max: 1200 },
    limits: { temperature: { low: 0, high: 8 } },
    create: (moment, random) => new ColdRoom(moment, random),
  },
};

export const TYPE_NAMES = Object.keys(MACHINE_TYPES) as MachineType[];

function driveSpec(type: DriveType): MachineTypeSpec {
  const { cycleS, dutyShare } = type;
  return {
    cycleS,
    dutyShare,
    // A leak and a blockage show in the pressure.
    faults: DRIVE_FAULTS.filter((kind) => type.pressureKpa !== null || kind === 'bearing' || kind === 'stall'),
    faultLengthS: { min: 60, max: 240 },
    create: (moment, random) => new Drive(type, cycleS * dutyShare, moment, random),
  };
}

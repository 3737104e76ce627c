// The types of machines with a drive: parameters, and what their controllers report.

import type { DriveProfile, Signals } from './drive.ts';

/** Parameters of a drive, and of its work cycle. */
export interface DriveType extends DriveProfile {
  /** Duration of one work cycle, and the share of it under load. */
  readonly cycleS: number;
  readonly dutyShare: number;
}

/** Active power of a motor at 400 V and a power factor of 0.87, per ampere. */
const KW_PER_AMPERE = (Math.sqrt(3) * 400 * 0.87) / 1000;

/** What every motor reports. `vibrationMmS` is that of a healthy machine at full speed. */
function motor(ratedCurrentA: number, vibrationMmS: number): Signals {
  return {
    machine_state: (drive) => drive.state,
    motor_current: (drive) => drive.near(ratedCurrentA * drive.effort, 1),
    active_power: (drive) => drive.near(ratedCurrentA * drive.effort * KW_PER_AMPERE, 2),
    vibration_rms: (drive) => drive.near(vibrationMmS * drive.vibrationShare, 2, 0.04),
  };
}

const bearing: Signals = { bearing_temperature: (drive) => drive.near(drive.bearingC, 1, 0.002) };
const hours: Signals = { operating_hours: (drive) => Math.floor(drive.hours * 100) / 100 };
const parts: Signals = { part_count: (drive) => Math.floor(drive.parts) };

export const DRIVES = {
  'CNC machine': {
    nominalSpeedRpm: 8000,
    pressureKpa: { nominal: 92, rest: 60 },
    idleTemperatureC: 55,
    fullTemperatureC: 71,
    warmUpS: 240,
    cycleS: 180,
    dutyShare: 0.7,
    signals: {
      ...motor(42, 1.1),
      ...parts,
      spindle_load: (drive) => drive.near(105 * drive.effort, 1, 0.03),
      feed_rate: (drive) => (drive.state === 'running' ? drive.near(1800 * drive.speedShare, 0) : 0),
      coolant_level: (drive) => drive.near(drive.level, 1, 0.003),
      // Parts are changed while the spindle idles, and an operator looks at a machine that stands still.
      door_open: (drive) => drive.state !== 'running',
    },
  },
  'Hydraulic press': {
    nominalSpeedRpm: 1450,
    pressureKpa: { nominal: 128, rest: 40 },
    idleTemperatureC: 56,
    fullTemperatureC: 72,
    warmUpS: 300,
    cycleS: 24,
    dutyShare: 0.55,
    signals: {
      ...motor(110, 1.6),
      ...parts,
      oil_level: (drive) => drive.near(drive.level, 1, 0.003),
    },
  },
  Compressor: {
    nominalSpeedRpm: 2950,
    pressureKpa: { nominal: 126, rest: 70 },
    idleTemperatureC: 58,
    fullTemperatureC: 74,
    warmUpS: 200,
    cycleS: 90,
    dutyShare: 0.65,
    signals: {
      ...motor(85, 1.8),
      ...bearing,
      ...hours,
      oil_level: (drive) => drive.near(drive.level, 1, 0.003),
      // Warmer air leaves the dryer wetter.
      dew_point: (drive) => drive.near(3 + 0.15 * Math.max(0, drive.temperatureC - 66), 1, 0.02),
    },
  },
  Pump: {
    nominalSpeedRpm: 2900,
    pressureKpa: { nominal: 105, rest: 30 },
    idleTemperatureC: 54,
    fullTemperatureC: 67,
    warmUpS: 150,
    cycleS: 600,
    dutyShare: 0.9,
    signals: {
      ...motor(28, 1.3),
      ...bearing,
      ...hours,
      flow: (drive) => drive.near(62 * drive.speedShare * (drive.isBlocked ? 0.3 : 1), 2),
    },
  },
  'Injection moulding machine': {
    nominalSpeedRpm: 180,
    pressureKpa: { nominal: 118, rest: 45 },
    idleTemperatureC: 60,
    fullTemperatureC: 73,
    warmUpS: 260,
    cycleS: 45,
    dutyShare: 0.6,
    signals: {
      ...motor(95, 0.9),
      ...parts,
      reject_count: (drive) => Math.floor(drive.rejects),
      cycle_time: (drive) => drive.near(drive.isBlocked ? 52 : 45, 1),
      mould_temperature: (drive) => drive.near(38 + 0.15 * (drive.temperatureC - 66), 1, 0.005),
      clamping_force: (drive) => (drive.state === 'running' ? drive.near(1470, 0, 0.005) : 0),
      door_open: (drive) => drive.state === 'stopped',
    },
  },
  Conveyor: {
    nominalSpeedRpm: 320,
    pressureKpa: { nominal: 60, rest: 55 },
    idleTemperatureC: 54,
    fullTemperatureC: 62,
    warmUpS: 180,
    cycleS: 900,
    dutyShare: 0.95,
    signals: { ...motor(9, 0.8), ...hours },
  },
  Extruder: {
    nominalSpeedRpm: 95,
    pressureKpa: { nominal: 122, rest: 50 },
    idleTemperatureC: 62,
    fullTemperatureC: 73,
    warmUpS: 400,
    cycleS: 1200,
    dutyShare: 0.92,
    signals: {
      ...motor(140, 1.2),
      ...hours,
      melt_temperature: (drive) => drive.near(drive.temperatureC + 118, 1, 0.002),
      throughput: (drive) => drive.near(140 * drive.speedShare * (drive.isBlocked ? 0.6 : 1), 1),
    },
  },
  Motor: {
    nominalSpeedRpm: 1480,
    pressureKpa: null,
    idleTemperatureC: 56,
    fullTemperatureC: 72,
    warmUpS: 220,
    cycleS: 300,
    dutyShare: 0.8,
    signals: {
      ...motor(55, 1.0),
      ...bearing,
      ...hours,
      torque: (drive) => drive.near(205 * drive.effort, 1),
    },
  },
} as const satisfies Record<string, DriveType>;

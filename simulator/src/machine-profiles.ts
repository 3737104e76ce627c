// The types of machines that the simulator knows.

/** The parameters of a type. A healthy, warm machine stays within the default limits. */
export interface MachineProfile {
  /** Speed at full production. */
  readonly nominalSpeedRpm: number;
  /** Pressure at nominal speed, and at standstill. */
  readonly nominalPressureKpa: number;
  readonly restPressureKpa: number;
  /** Equilibrium without load and at full load, in a hall of 22 °C. */
  readonly idleTemperatureC: number;
  readonly fullTemperatureC: number;
  /** Time constant of warming and cooling. */
  readonly warmUpS: number;
  /** Duration of one work cycle, and the share of it under load. */
  readonly cycleS: number;
  readonly dutyShare: number;
}

export const PROFILES = {
  'CNC mill': {
    nominalSpeedRpm: 8000,
    nominalPressureKpa: 92,
    restPressureKpa: 60,
    idleTemperatureC: 55,
    fullTemperatureC: 71,
    warmUpS: 240,
    cycleS: 180,
    dutyShare: 0.7,
  },
  'Hydraulic press': {
    nominalSpeedRpm: 1450,
    nominalPressureKpa: 128,
    restPressureKpa: 40,
    idleTemperatureC: 56,
    fullTemperatureC: 72,
    warmUpS: 300,
    cycleS: 24,
    dutyShare: 0.55,
  },
  Compressor: {
    nominalSpeedRpm: 2950,
    nominalPressureKpa: 126,
    restPressureKpa: 70,
    idleTemperatureC: 58,
    fullTemperatureC: 74,
    warmUpS: 200,
    cycleS: 90,
    dutyShare: 0.65,
  },
  'Coolant pump': {
    nominalSpeedRpm: 2900,
    nominalPressureKpa: 105,
    restPressureKpa: 30,
    idleTemperatureC: 54,
    fullTemperatureC: 67,
    warmUpS: 150,
    cycleS: 600,
    dutyShare: 0.9,
  },
  'Injection moulder': {
    nominalSpeedRpm: 180,
    nominalPressureKpa: 118,
    restPressureKpa: 45,
    idleTemperatureC: 60,
    fullTemperatureC: 73,
    warmUpS: 260,
    cycleS: 45,
    dutyShare: 0.6,
  },
  Conveyor: {
    nominalSpeedRpm: 320,
    nominalPressureKpa: 60,
    restPressureKpa: 55,
    idleTemperatureC: 54,
    fullTemperatureC: 62,
    warmUpS: 180,
    cycleS: 900,
    dutyShare: 0.95,
  },
  Extruder: {
    nominalSpeedRpm: 95,
    nominalPressureKpa: 122,
    restPressureKpa: 50,
    idleTemperatureC: 62,
    fullTemperatureC: 73,
    warmUpS: 400,
    cycleS: 1200,
    dutyShare: 0.92,
  },
} as const satisfies Record<string, MachineProfile>;

export type MachineType = keyof typeof PROFILES;
export const MACHINE_TYPES = Object.keys(PROFILES) as MachineType[];

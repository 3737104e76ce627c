// The metrics of the templates of machine types, in English and Indonesian. Each is written once, because a plant has one of each name.

import type { MetricKind } from '@gonsters/contract';

export interface Words {
  en: string;
  id: string;
}
export interface TemplateMetric {
  label: Words;
  group: Words;
  /** UCUM; null without a unit. */
  unitCode: string | null;
  kind: MetricKind;
  decimals: number;
  /** Plausible values; null where there is no bound. */
  min: number | null;
  max: number | null;
  states: readonly string[] | null;
}

const GROUPS = {
  state: { en: 'State', id: 'Status' },
  drive: { en: 'Drive', id: 'Penggerak' },
  fluid: { en: 'Fluid', id: 'Fluida' },
  air: { en: 'Compressed air', id: 'Udara tekan' },
  lubrication: { en: 'Lubrication', id: 'Pelumasan' },
  spindle: { en: 'Spindle', id: 'Spindel' },
  coolant: { en: 'Coolant', id: 'Pendingin' },
  output: { en: 'Output', id: 'Hasil' },
  injection: { en: 'Injection', id: 'Injeksi' },
  mould: { en: 'Mould', id: 'Cetakan' },
  water: { en: 'Water and steam', id: 'Air dan uap' },
  combustion: { en: 'Combustion', id: 'Pembakaran' },
  power: { en: 'Power', id: 'Daya' },
  phases: { en: 'Phases', id: 'Fasa' },
  energy: { en: 'Energy', id: 'Energi' },
  climate: { en: 'Climate', id: 'Iklim' },
  refrigeration: { en: 'Refrigeration', id: 'Refrigerasi' },
} as const satisfies Record<string, Words>;
type Group = keyof typeof GROUPS;

type Bounds = readonly [min: number | null, max: number | null];

const gauge = (group: Group, en: string, id: string, unitCode: string | null, decimals: number, [min, max]: Bounds) =>
  ({
    label: { en, id },
    group: GROUPS[group],
    unitCode,
    kind: 'gauge',
    decimals,
    min,
    max,
    states: null,
  }) as TemplateMetric;
const counter = (group: Group, en: string, id: string, unitCode: string | null, decimals = 0) =>
  ({ ...gauge(group, en, id, unitCode, decimals, [0, null]), kind: 'counter' }) as TemplateMetric;
const boolean = (group: Group, en: string, id: string) =>
  ({ ...counter(group, en, id, null), kind: 'boolean', min: null }) as TemplateMetric;

export const TEMPLATE_METRICS = {
  run_state: {
    ...boolean('state', 'State', 'Status'),
    kind: 'state',
    states: ['stopped', 'idle', 'running', 'fault'],
  } as TemplateMetric,
  operating_hours: counter('state', 'Operating hours', 'Jam operasi', 'h', 1),
  start_count: counter('state', 'Starts', 'Jumlah start', null),

  motor_current: gauge('drive', 'Motor current', 'Arus motor', 'A', 1, [0, 5000]),
  motor_power: gauge('drive', 'Motor power', 'Daya motor', 'kW', 1, [0, 10_000]),
  motor_torque: gauge('drive', 'Torque', 'Torsi', 'N.m', 1, [-100_000, 100_000]),
  winding_temperature: gauge('drive', 'Winding temperature', 'Suhu lilitan', 'Cel', 1, [-50, 300]),
  bearing_temperature: gauge('drive', 'Bearing temperature', 'Suhu bantalan', 'Cel', 1, [-50, 250]),
  vibration_rms: gauge('drive', 'Vibration', 'Getaran', 'mm/s', 2, [0, 200]),

  flow_rate: gauge('fluid', 'Flow', 'Aliran', 'm3/h', 1, [0, 20_000]),
  suction_pressure: gauge('fluid', 'Suction pressure', 'Tekanan isap', 'bar', 2, [-1.1, 100]),
  discharge_pressure: gauge('fluid', 'Discharge pressure', 'Tekanan buang', 'bar', 2, [-1.1, 1000]),
  seal_leakage: gauge('fluid', 'Seal leakage', 'Kebocoran seal', 'L/h', 2, [0, 1000]),

  air_pressure: gauge('air', 'Network pressure', 'Tekanan jaringan', 'bar', 2, [-1.1, 60]),
  air_delivery: gauge('air', 'Free air delivery', 'Debit udara bebas', 'm3/min', 1, [0, 1000]),
  outlet_temperature: gauge('air', 'Outlet temperature', 'Suhu keluaran', 'Cel', 1, [-50, 300]),
  dew_point: gauge('air', 'Pressure dew point', 'Titik embun tekan', 'Cel', 1, [-100, 100]),
  load: gauge('air', 'Load', 'Beban', '%', 0, [0, 150]),
  loaded_hours: counter('air', 'Loaded hours', 'Jam berbeban', 'h', 1),
  oil_temperature: gauge('lubrication', 'Oil temperature', 'Suhu oli', 'Cel', 1, [-50, 250]),
  oil_pressure: gauge('lubrication', 'Oil pressure', 'Tekanan oli', 'bar', 2, [-1.1, 400]),
  oil_level: gauge('lubrication', 'Oil level', 'Level oli', '%', 0, [-5, 120]),

  spindle_load: gauge('spindle', 'Spindle load', 'Beban spindel', '%', 0, [-300, 300]),
  feed_rate: gauge('spindle', 'Feed rate', 'Laju pemakanan', 'mm/min', 0, [-100_000, 100_000]),
  coolant_flow: gauge('coolant', 'Coolant flow', 'Aliran pendingin', 'L/min', 1, [0, 1000]),
  coolant_level: gauge('coolant', 'Coolant level', 'Level pendingin', '%', 0, [-5, 120]),
  door_open: boolean('state', 'Door open', 'Pintu terbuka'),
  part_count: counter('output', 'Parts', 'Jumlah produk', null),
  reject_count: counter('output', 'Rejects', 'Jumlah cacat', null),
  cycle_time: gauge('output', 'Cycle time', 'Waktu siklus', 's', 1, [0, 86_400]),

  melt_temperature: gauge('injection', 'Melt temperature', 'Suhu lelehan', 'Cel', 1, [-50, 600]),
  injection_pressure: gauge('injection', 'Injection pressure', 'Tekanan injeksi', 'bar', 0, [0, 5000]),
  holding_pressure: gauge('injection', 'Holding pressure', 'Tekanan tahan', 'bar', 0, [0, 5000]),
  melt_cushion: gauge('injection', 'Melt cushion', 'Bantalan lelehan', 'mm', 2, [0, 1000]),
  mould_temperature: gauge('mould', 'Mould temperature', 'Suhu cetakan', 'Cel', 1, [-50, 400]),
  clamping_force: gauge('mould', 'Clamping force', 'Gaya penjepit', 'kN', 0, [0, 100_000]),

  steam_pressure: gauge('water', 'Steam pressure', 'Tekanan uap', 'bar', 2, [-1.1, 400]),
  steam_flow: gauge('water', 'Steam flow', 'Aliran uap', 't/h', 2, [0, 2000]),
  water_level: gauge('water', 'Water level', 'Level air', '%', 0, [-20, 120]),
  feedwater_temperature: gauge('water', 'Feedwater temperature', 'Suhu air umpan', 'Cel', 1, [-20, 350]),
  burner_on: boolean('combustion', 'Burner on', 'Pembakar menyala'),
  flue_gas_temperature: gauge('combustion', 'Flue gas temperature', 'Suhu gas buang', 'Cel', 0, [-50, 1200]),
  flue_gas_oxygen: gauge('combustion', 'Oxygen in flue gas', 'Oksigen gas buang', '%', 1, [0, 25]),
  fuel_gas_volume: counter('combustion', 'Gas volume', 'Volume gas', 'm3', 1),

  active_power: gauge('power', 'Active power', 'Daya aktif', 'kW', 1, [-1_000_000, 1_000_000]),
  reactive_power: gauge('power', 'Reactive power', 'Daya reaktif', 'kV.A{reactive}', 1, [-1_000_000, 1_000_000]),
  apparent_power: gauge('power', 'Apparent power', 'Daya semu', 'kV.A', 1, [0, 1_000_000]),
  power_factor: gauge('power', 'Power factor', 'Faktor daya', null, 3, [-1, 1]),
  line_frequency: gauge('power', 'Frequency', 'Frekuensi', 'Hz', 2, [0, 500]),
  voltage_l1: gauge('phases', 'Voltage L1', 'Tegangan L1', 'V', 1, [0, 1_000_000]),
  voltage_l2: gauge('phases', 'Voltage L2', 'Tegangan L2', 'V', 1, [0, 1_000_000]),
  voltage_l3: gauge('phases', 'Voltage L3', 'Tegangan L3', 'V', 1, [0, 1_000_000]),
  current_l1: gauge('phases', 'Current L1', 'Arus L1', 'A', 1, [0, 100_000]),
  current_l2: gauge('phases', 'Current L2', 'Arus L2', 'A', 1, [0, 100_000]),
  current_l3: gauge('phases', 'Current L3', 'Arus L3', 'A', 1, [0, 100_000]),
  energy_imported: counter('energy', 'Energy imported', 'Energi masuk', 'kW.h', 1),
  energy_exported: counter('energy', 'Energy exported', 'Energi keluar', 'kW.h', 1),

  relative_humidity: gauge('climate', 'Humidity', 'Kelembapan', '%', 1, [0, 105]),
  evaporator_temperature: gauge('refrigeration', 'Evaporator temperature', 'Suhu evaporator', 'Cel', 1, [-100, 100]),
  compressor_on: boolean('refrigeration', 'Compressor on', 'Kompresor menyala'),
  defrost_on: boolean('refrigeration', 'Defrosting', 'Pencairan es'),
} as const satisfies Record<string, TemplateMetric>;

export type TemplateMetricName = keyof typeof TEMPLATE_METRICS;

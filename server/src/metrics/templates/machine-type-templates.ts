// Eight machine types that a plant may begin with. They change nothing until somebody imports one.

import type { MachineTypeTemplate, MetricInput, MetricLimitsPatch, MetricName } from '@gonsters/contract';
import { TEMPLATE_METRICS, type TemplateMetric, type TemplateMetricName, type Words } from './template-metrics.ts';

type Language = keyof Words;
type Name = TemplateMetricName | MetricName;

interface Template {
  name: string;
  label: Words;
  description: Words;
  /** In their order; a label is what the metric is called on such a machine. */
  metrics: readonly (Name | { name: Name; label: Words })[];
  headline: readonly Name[];
  charts: readonly Name[];
  limits?: Partial<Record<Name, MetricLimitsPatch>>;
  state: { metric: Name; running: string[]; idle: string[]; stopped: string[]; fault: string[] } | null;
}

const RUN_STATE = {
  metric: 'run_state',
  running: ['running'],
  idle: ['idle'],
  stopped: ['stopped'],
  fault: ['fault'],
} as const satisfies { metric: Name; [role: string]: unknown };
const runState = (): Template['state'] => structuredClone({ ...RUN_STATE }) as unknown as Template['state'];
/** ISO 20816-3, group 2 on a rigid base: the bounds of zones B and C. */
const VIBRATION = { vibration_rms: { high: 2.8, high_high: 4.5 } };
const STATE: readonly Name[] = ['run_state', 'operating_hours', 'start_count'];
const BEARINGS: readonly Name[] = ['bearing_temperature', 'vibration_rms'];

const TEMPLATES: readonly Template[] = [
  {
    name: 'pump',
    label: { en: 'Pump', id: 'Pompa' },
    description: { en: 'A centrifugal pump with its motor', id: 'Pompa sentrifugal dengan motornya' },
    metrics: [
      ...(['flow_rate', 'discharge_pressure', 'suction_pressure', 'seal_leakage', 'speed'] as const),
      ...(['motor_current', 'motor_power'] as const),
      ...BEARINGS,
      ...STATE,
    ],
    headline: ['flow_rate', 'discharge_pressure', 'motor_current', 'vibration_rms'],
    charts: ['flow_rate', 'discharge_pressure', 'motor_current', 'bearing_temperature', 'vibration_rms'],
    limits: { ...VIBRATION, bearing_temperature: { high: 80, high_high: 95 } },
    state: runState(),
  },
  {
    name: 'motor',
    label: { en: 'Motor', id: 'Motor' },
    description: { en: 'An electric motor or drive', id: 'Motor listrik atau penggerak' },
    metrics: ['speed', 'motor_current', 'motor_power', 'motor_torque', 'winding_temperature', ...BEARINGS, ...STATE],
    headline: ['motor_current', 'speed', 'winding_temperature', 'vibration_rms'],
    charts: ['motor_current', 'motor_torque', 'speed', 'winding_temperature', 'vibration_rms'],
    limits: {
      ...VIBRATION,
      winding_temperature: { high: 120, high_high: 140 },
      bearing_temperature: { high: 90, high_high: 100 },
    },
    state: runState(),
  },
  {
    name: 'compressor',
    label: { en: 'Compressor', id: 'Kompresor' },
    description: { en: 'A screw compressor for compressed air', id: 'Kompresor sekrup untuk udara tekan' },
    metrics: [
      ...(['air_pressure', 'air_delivery', 'outlet_temperature', 'dew_point', 'load', 'loaded_hours'] as const),
      ...(['oil_temperature', 'oil_pressure', 'motor_current', 'motor_power', 'vibration_rms'] as const),
      ...STATE,
    ],
    headline: ['air_pressure', 'load', 'outlet_temperature', 'motor_power'],
    charts: ['air_pressure', 'air_delivery', 'motor_power', 'outlet_temperature', 'dew_point'],
    limits: { outlet_temperature: { high: 100, high_high: 110 }, dew_point: { high: 7 } },
    state: runState(),
  },
  {
    name: 'cnc_machine',
    label: { en: 'CNC machine', id: 'Mesin CNC' },
    description: { en: 'A milling or turning centre', id: 'Pusat frais atau bubut' },
    metrics: [
      { name: 'speed', label: { en: 'Spindle speed', id: 'Kecepatan spindel' } },
      ...(['spindle_load', 'feed_rate', 'bearing_temperature', 'vibration_rms'] as const),
      ...(['coolant_flow', 'coolant_level', 'part_count', 'reject_count', 'cycle_time', 'door_open'] as const),
      ...(['run_state', 'operating_hours'] as const),
    ],
    headline: ['spindle_load', 'speed', 'bearing_temperature', 'part_count'],
    charts: ['spindle_load', 'speed', 'bearing_temperature', 'vibration_rms', 'coolant_flow', 'part_count'],
    limits: { spindle_load: { high: 100, high_high: 120 }, coolant_level: { low_low: 10, low: 20 } },
    state: runState(),
  },
  {
    name: 'injection_moulding_machine',
    label: { en: 'Injection moulding machine', id: 'Mesin cetak injeksi' },
    description: {
      en: 'A machine that injects plastic into a mould',
      id: 'Mesin yang menyuntikkan plastik ke cetakan',
    },
    metrics: [
      ...(['melt_temperature', 'injection_pressure', 'holding_pressure', 'melt_cushion'] as const),
      { name: 'speed', label: { en: 'Screw speed', id: 'Kecepatan sekrup' } },
      ...(['mould_temperature', 'clamping_force', 'cycle_time', 'part_count', 'reject_count'] as const),
      ...(['oil_temperature', 'oil_level', 'energy_imported', 'run_state', 'operating_hours'] as const),
    ],
    headline: ['cycle_time', 'melt_temperature', 'injection_pressure', 'part_count'],
    charts: ['cycle_time', 'melt_temperature', 'mould_temperature', 'injection_pressure', 'melt_cushion', 'part_count'],
    limits: { oil_temperature: { high: 55, high_high: 65 }, oil_level: { low: 30 } },
    state: runState(),
  },
  {
    name: 'boiler',
    label: { en: 'Boiler', id: 'Ketel uap' },
    description: { en: 'A gas-fired steam boiler', id: 'Ketel uap berbahan bakar gas' },
    metrics: [
      ...(['steam_pressure', 'steam_flow', 'water_level', 'feedwater_temperature'] as const),
      ...(['burner_on', 'flue_gas_temperature', 'flue_gas_oxygen', 'fuel_gas_volume'] as const),
      ...(['operating_hours', 'start_count'] as const),
    ],
    headline: ['steam_pressure', 'water_level', 'steam_flow', 'flue_gas_temperature'],
    charts: ['steam_pressure', 'water_level', 'steam_flow', 'flue_gas_temperature', 'flue_gas_oxygen'],
    limits: {
      water_level: { low_low: 20, low: 35, high: 75, high_high: 90 },
      flue_gas_temperature: { high: 250 },
    },
    state: { metric: 'burner_on', running: ['true'], idle: [], stopped: ['false'], fault: [] },
  },
  {
    name: 'energy_meter',
    label: { en: 'Energy meter', id: 'Meter energi' },
    description: { en: 'A three-phase meter for electrical energy', id: 'Meter energi listrik tiga fasa' },
    metrics: [
      ...(['active_power', 'reactive_power', 'apparent_power', 'power_factor', 'line_frequency'] as const),
      ...(['voltage_l1', 'voltage_l2', 'voltage_l3', 'current_l1', 'current_l2', 'current_l3'] as const),
      ...(['energy_imported', 'energy_exported'] as const),
    ],
    headline: ['active_power', 'energy_imported', 'power_factor', 'voltage_l1'],
    charts: ['active_power', 'reactive_power', 'power_factor', 'current_l1', 'voltage_l1', 'energy_imported'],
    limits: { power_factor: { low: 0.85 } },
    state: null,
  },
  {
    name: 'cold_room',
    label: { en: 'Cold room', id: 'Ruang pendingin' },
    description: { en: 'A chilled room with one evaporator', id: 'Ruang dingin dengan satu evaporator' },
    metrics: [
      { name: 'temperature', label: { en: 'Room temperature', id: 'Suhu ruang' } },
      ...(['relative_humidity', 'door_open', 'evaporator_temperature', 'compressor_on', 'defrost_on'] as const),
    ],
    headline: ['temperature', 'relative_humidity', 'door_open', 'compressor_on'],
    charts: ['temperature', 'evaporator_temperature', 'relative_humidity', 'door_open', 'compressor_on'],
    limits: { temperature: { low_low: -2, low: 0, high: 6, high_high: 8 } },
    state: { metric: 'compressor_on', running: ['true'], idle: ['false'], stopped: [], fault: [] },
  },
];

/** With all labels in one language. */
export function machineTypeTemplates(language: Language): MachineTypeTemplate[] {
  return TEMPLATES.map(({ name, label, description, metrics, headline, charts, limits, state }) => ({
    name,
    label: label[language],
    description: description[language],
    file: {
      format: 'gonsters-metrics',
      version: 1,
      metrics: metrics.flatMap((metric) => metricInput(nameOf(metric), language)),
      machine_types: [
        {
          name,
          label: label[language],
          description: description[language],
          metrics: metrics.map((metric) =>
            typeof metric === 'string' ? { name: metric } : { name: metric.name, label: metric.label[language] },
          ),
          headline: [...headline],
          charts: [...charts],
          limits: { ...limits } as Record<string, MetricLimitsPatch>,
          state,
        },
      ],
    },
  }));
}

const nameOf = (metric: Template['metrics'][number]): Name => (typeof metric === 'string' ? metric : metric.name);

/** Nothing for a metric that every plant has. */
function metricInput(name: Name, language: Language): MetricInput[] {
  if (!Object.hasOwn(TEMPLATE_METRICS, name)) return [];
  const { label, group, unitCode, kind, decimals, min, max, states }: TemplateMetric =
    TEMPLATE_METRICS[name as TemplateMetricName];
  return [
    {
      ...{ name, label: label[language], group: group[language], kind },
      ...(unitCode === null ? {} : { unit_code: unitCode }),
      ...(kind === 'gauge' || kind === 'counter' ? { decimals } : {}),
      ...(min === null ? {} : { min }),
      ...(max === null ? {} : { max }),
      ...(states === null ? {} : { states: [...states] }),
    },
  ];
}

// The calibration offsets of sensors in SQL.

import type { Connection } from '../database/database.ts';
import type { CalibrationRecord, CatalogueChange, StoredCatalogue } from './metric-repository.ts';

export async function readCalibrations(connection: Connection): Promise<StoredCatalogue['calibrations']> {
  const rows = await connection.selectFrom('calibration_offsets').selectAll().orderBy('valid_from', 'desc').execute();
  const calibrations = new Map<string, Map<string, CalibrationRecord[]>>();
  for (const row of rows) {
    const ofMachine = calibrations.get(row.machine_id) ?? new Map<string, CalibrationRecord[]>();
    calibrations.set(row.machine_id, ofMachine);
    const { valid_from: fromMs, value_offset: offset, set_at: setAtMs, set_by: setBy } = row;
    ofMachine.set(row.metric, [...(ofMachine.get(row.metric) ?? []), { fromMs, offset, setAtMs, setBy }]);
  }
  return calibrations;
}

export async function putCalibration(
  transaction: Connection,
  { machineId, metric, offsets }: NonNullable<CatalogueChange['calibrations']>[number],
): Promise<void> {
  await transaction
    .deleteFrom('calibration_offsets')
    .where('machine_id', '=', machineId)
    .where('metric', '=', metric)
    .execute();
  if (offsets.length === 0) return;
  const rows = offsets.map(({ fromMs, offset, setAtMs, setBy }) => ({
    ...{ machine_id: machineId, metric, valid_from: fromMs, value_offset: offset, set_at: setAtMs, set_by: setBy },
  }));
  await transaction.insertInto('calibration_offsets').values(rows).execute();
}

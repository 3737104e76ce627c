// The query that every reading of stored alerts begins with: each alert with its newest raise.

import type { Connection } from '../../database/database.ts';
import { RAISE_SELECTION } from './alert-row.ts';

export function selectAlerts(db: Connection) {
  return db
    .selectFrom('alerts')
    .innerJoin('alert_raises as raise', (join) =>
      join.onRef('raise.alert_id', '=', 'alerts.id').onRef('raise.number', '=', 'alerts.raise_count'),
    )
    .selectAll('alerts')
    .select(RAISE_SELECTION);
}

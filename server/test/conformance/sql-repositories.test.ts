// Runs the suites of all repositories on every SQL engine.

import { afterAll, beforeAll, describe } from 'vitest';
import { accessKeyRepositorySuite } from './access-key-repository.ts';
import { alertRepositorySuite } from './alert-repository.ts';
import { auditLogSuite } from './audit-log.ts';
import { clockGuardSuite } from './clock-guard.ts';
import { dutyRepositorySuite } from './duty-repository.ts';
import { gatewayRepositorySuite } from './gateway-repository.ts';
import { handoverRepositorySuite } from './handover-repository.ts';
import { machineRepositorySuite } from './machine-repository.ts';
import { metricRepositorySuite } from './metric-repository.ts';
import { SQL_ENGINES } from './open-sql.ts';
import { profileRepositorySuite } from './profile-repository.ts';
import { rowRetentionSuite } from './row-retention.ts';
import { sessionRepositorySuite } from './session-repository.ts';
import { settingRepositorySuite } from './setting-repository.ts';
import { userRepositorySuite } from './user-repository.ts';

for (const { engine, open, startServer, stopServer } of SQL_ENGINES) {
  describe.skipIf(open === null)(engine, () => {
    if (open === null) return;
    if (startServer) beforeAll(startServer);
    if (stopServer) afterAll(stopServer);
    describe('machines', () => machineRepositorySuite(open));
    describe('handovers', () => handoverRepositorySuite(open));
    describe('users', () => userRepositorySuite(open));
    describe('sessions', () => sessionRepositorySuite(open));
    describe('settings', () => settingRepositorySuite(open));
    describe('metrics', () => metricRepositorySuite(open));
    describe('audit log', () => auditLogSuite(open));
    describe('gateways', () => gatewayRepositorySuite(open));
    describe('profiles of gateways', () => profileRepositorySuite(open));
    describe('access keys', () => accessKeyRepositorySuite(open));
    describe('alerts', () => alertRepositorySuite(open));
    describe('duty', () => dutyRepositorySuite(open));
    describe('row retention', () => rowRetentionSuite(open));
    describe('the clock guard', () => clockGuardSuite(open));
  });
}

// /system/clock: whether the clocks of the servers agree with the stored data, and the confirmation by a user that they are right.

import { type ClockStatus, clockStatusSchema, isoTime } from '@gonsters/contract';
import type { NodeHold } from '../../clock-guard/clock-records.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['System'];

export async function clockRoutes(app: HttpApp, { clockGuard }: Pick<HttpDeps, 'clockGuard'>): Promise<void> {
  app.get(
    '/system/clock',
    {
      config: { access: 'read:config' },
      schema: {
        tags,
        summary: 'Tells whether the clocks of the servers agree with the stored data',
        response: { 200: clockStatusSchema },
      },
    },
    async () => statusOf(await clockGuard.holds()),
  );

  app.post(
    '/system/clock/confirm',
    {
      config: { access: 'write:config', audit: 'clock.confirm' },
      schema: {
        tags,
        summary:
          'Confirms that the clocks of all servers are right; retention resumes, on other servers within seconds',
        response: { 200: clockStatusSchema },
      },
    },
    async (request) => {
      const { holds } = statusOf(await clockGuard.holds());
      await clockGuard.confirm();
      await request.audit({ action: 'clock.confirm', details: { holds } });
      return statusOf(await clockGuard.holds());
    },
  );
}

function statusOf(holds: readonly NodeHold[]): ClockStatus {
  return {
    status: 'success',
    state: holds.length > 0 ? 'held' : 'trusted',
    holds: holds.map(({ nodeId, host, fault, byMs, heldMs, clockMs }) => ({
      node: nodeId,
      host,
      fault,
      by_seconds: Math.round(byMs / 1000),
      server_time: isoTime(clockMs),
      held_seconds: Math.round(heldMs / 1000),
    })),
  };
}

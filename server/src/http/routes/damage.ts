// /system/damage: what is damaged among the stored readings, and the acknowledgement by a user.

import { acknowledgeDamageSchema, type DamageReply, damageReplySchema, isoTime } from '@gonsters/contract';
import type { StoredDamage } from '../../readings/stored-damage.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const tags = ['System'];

export async function damageRoutes(app: HttpApp, deps: Pick<HttpDeps, 'readings' | 'installation'>): Promise<void> {
  const { readings, installation } = deps;
  const all = () => [...installation.damage(), ...readings.damage()];
  app.get(
    '/system/damage',
    {
      config: { access: 'read:config' },
      schema: {
        tags,
        summary: 'Lists stored data that is missing or damaged and that nobody has acknowledged',
        response: { 200: damageReplySchema },
      },
    },
    async () => replyOf(all()),
  );

  app.post(
    '/system/damage/acknowledge',
    {
      config: { access: 'write:config', audit: 'damage.acknowledge' },
      schema: {
        tags,
        summary: 'Acknowledges damage, which is then no longer reported; the reply lists what remains',
        body: acknowledgeDamageSchema,
        response: { 200: damageReplySchema },
      },
    },
    async (request) => {
      const seen = new Set(request.body.files);
      const files = all().flatMap(({ file }) => (seen.has(file) ? [file] : []));
      await installation.acknowledge(files);
      await readings.acknowledgeDamage(files);
      await request.audit({ action: 'damage.acknowledge', details: { files } });
      return replyOf(all());
    },
  );
}

function replyOf(damage: readonly StoredDamage[]): DamageReply {
  return {
    status: 'success',
    damage: damage.map(({ file, part, fromMs, toMs, noticedMs, isRebuilt }) => ({
      file,
      part,
      from: fromMs === null ? null : isoTime(fromMs),
      to: toMs === null ? null : isoTime(toMs),
      noticed_at: isoTime(noticedMs),
      rebuilt: isRebuilt,
    })),
  };
}

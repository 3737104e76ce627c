// /data/ingest: readings in batches.

import { ingestBatchSchema, ingestPartialReplySchema, ingestReplySchema } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { ClockGuard } from '../../clock-guard/clock-guard.ts';
import type { ClockSkewGuard } from '../../ingest/clock-skew/clock-skew-guard.ts';
import type { DeadLetters } from '../../ingest/dead-letters/dead-letters.ts';
import { IngestBatches } from '../../ingest/pipeline/ingest-batches.ts';
import type { IngestReadings } from '../../ingest/pipeline/ingest-readings.ts';
import type { Provisioning } from '../../ingest/provisioning/provisioning.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { HttpApp } from '../http-app.ts';

export interface IngestRouteDeps {
  ingest: IngestReadings;
  machines: MachineService;
  provisioning: Provisioning;
  deadLetters: DeadLetters;
  clockSkew?: ClockSkewGuard;
  clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
  clock: Clock;
}

/** 50,000 readings of every metric, with room to spare. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

export async function ingestRoutes(app: HttpApp, deps: IngestRouteDeps): Promise<void> {
  const batches = new IngestBatches(deps);

  app.post(
    '/data/ingest',
    {
      config: { access: 'write:sensor_data', lenientJson: true },
      bodyLimit: MAX_BATCH_BYTES,
      // The schema describes; `decodeBatch` enforces the same rules at a fraction of the time, and takes the good rows.
      validatorCompiler: () => (value) => ({ value }),
      schema: {
        tags: ['Readings'],
        summary: 'Store a batch of readings; answered once they are durable',
        description:
          'Each metric stands alone: a value that is no number or outside its range is left out and named in `errors`, the rest of its reading is stored',
        body: ingestBatchSchema,
        response: { 201: ingestReplySchema, 207: ingestPartialReplySchema },
      },
    },
    async (request, reply) => {
      const answer = await batches.ingest(request.body);
      return answer.status === 'success' ? reply.code(201).send(answer) : reply.code(207).send(answer);
    },
  );
}

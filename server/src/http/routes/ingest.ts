// /data/ingest: batches of readings.

import { ingestBatchSchema, ingestPartialReplySchema, ingestReplySchema } from '@gonsters/contract';
import type { Clock } from '../../clock.ts';
import type { ClockGuard } from '../../clock-guard/clock-guard.ts';
import type { ClockSkewGuard } from '../../ingest/clock-skew/clock-skew-guard.ts';
import type { IngestCatalogue } from '../../ingest/codecs/metric-fields.ts';
import type { DeadLetters } from '../../ingest/dead-letters/dead-letters.ts';
import { IngestBatches } from '../../ingest/pipeline/ingest-batches.ts';
import type { IngestReadings } from '../../ingest/pipeline/ingest-readings.ts';
import type { Provisioning } from '../../ingest/provisioning/provisioning.ts';
import type { MachineService } from '../../machines/machine-service.ts';
import type { HttpApp } from '../http-app.ts';

export interface IngestRouteDeps {
  ingest: IngestReadings;
  machines: MachineService;
  ingestFields: IngestCatalogue;
  provisioning: Provisioning;
  deadLetters: DeadLetters;
  clockSkew?: ClockSkewGuard;
  clockGuard?: Pick<ClockGuard, 'noteOwnTime'>;
  clock: Clock;
}

/** More than 50,000 readings with every metric need. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

export async function ingestRoutes(app: HttpApp, deps: IngestRouteDeps): Promise<void> {
  const batches = new IngestBatches(deps);

  app.post(
    '/data/ingest',
    {
      config: { access: 'write:sensor_data', lenientJson: true },
      bodyLimit: MAX_BATCH_BYTES,
      // The schema is for the documentation. `decodeBatch` checks the same rules much faster, and accepts the valid rows.
      validatorCompiler: () => (value) => ({ value }),
      schema: {
        tags: ['Readings'],
        summary: 'Stores a batch of readings; the reply is sent when they are durable',
        description:
          'Metrics are validated independently: a value that is not a number is left out, one outside its range is stored as bad; both are named in `errors`, and the rest of the reading is stored. A member that is no metric yet becomes one, if the setting `metric_discovery` allows it.',
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

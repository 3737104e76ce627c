// /data/ingest: readings in batches, and in the forms that devices send.

import {
  ingestBatchSchema,
  ingestPartialReplySchema,
  ingestReplySchema,
  plainReadingSchema,
  readingInputSchema,
} from '@gonsters/contract';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { IngestBatches } from '../../ingest/pipeline/ingest-batches.ts';
import { IngestMessages, type IngestMessagesDeps } from '../../ingest/pipeline/ingest-messages.ts';
import type { ActiveProfiles } from '../../ingest/profiles/active-profiles.ts';
import type { HttpApp } from '../http-app.ts';
import { arrivalOf, senderOf } from '../request-sender.ts';
import { INGEST_LEVELS, INGEST_TOPIC, ingestPlain, isPlain } from './plain-readings.ts';

export interface IngestRouteDeps extends IngestMessagesDeps {
  profileRules: ActiveProfiles;
}

/** More than 50,000 readings with every metric need. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const TOPIC = 'POST /data/ingest';

const querySchema = z.object({
  machine: z.string().min(1).max(200).optional().meta({
    description: 'The id, an alias or the name of the machine, for devices that cannot name it in the body.',
    example: 'PRESS-07',
  }),
  time: z.string().min(1).max(50).optional().meta({
    description:
      'ISO 8601 or epoch milliseconds: the time of readings that come without one. Default: the time of arrival.',
  }),
});

export async function ingestRoutes(app: HttpApp, deps: IngestRouteDeps): Promise<void> {
  const batches = new IngestBatches(deps);
  const messages = new IngestMessages(deps);
  const isKnown = (id: string) => deps.machines.resolve(id) !== undefined;

  app.post(
    '/data/ingest',
    {
      config: { access: 'write:sensor_data', forGateways: true, lenientJson: true },
      bodyLimit: MAX_BATCH_BYTES,
      // The schema of the body is for the documentation. Decoding checks the same rules much faster, and accepts the valid rows.
      validatorCompiler: (part) =>
        part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part as never),
      schema: {
        tags: ['Readings'],
        summary: 'Stores readings; the reply is sent when they are durable',
        description:
          'A batch, one reading with `machine_id` in it, or an array of those. With the parameter `machine`, one reading or an array of readings of that machine. A gateway sends with its token or its user name and password. Metrics are validated independently: a value that is not a number is left out, one outside its range is stored as bad; both are named in `errors`, and the rest of the reading is stored. A member that is no metric yet becomes one, if the setting `metric_discovery` allows it.',
        querystring: querySchema,
        body: z.union([
          ingestBatchSchema,
          plainReadingSchema,
          z.array(plainReadingSchema),
          readingInputSchema,
          z.array(readingInputSchema),
        ]),
        response: { 201: ingestReplySchema, 207: ingestPartialReplySchema },
      },
    },
    async (request, reply) => {
      const { body, query } = request;
      const sender = senderOf(request);
      const payload = () => JSON.stringify(body);
      const arrivedMs = deps.clock.nowMs();
      const arrival = arrivalOf(request, {
        protocol: 'http',
        path: INGEST_TOPIC,
        arrivedMs,
        parameters: query,
        payload,
      });
      const rule = sender.gateway && deps.profileRules.find(sender.gateway.id, INGEST_TOPIC, INGEST_LEVELS);
      const posted = { body, query, sender, arrival, rule, isKnown, topic: TOPIC };
      const answer =
        rule !== null || isPlain(body, query)
          ? await ingestPlain(messages, posted)
          : await batches.ingest(body, sender, arrival);
      return answer.status === 'success' ? reply.code(201).send(answer) : reply.code(207).send(answer);
    },
  );
}

// The addresses to which clients of InfluxDB write, such as Telegraf. They are outside of /api/v1, where these clients expect them.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { INGEST_LIMITS } from '@gonsters/contract';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PRECISIONS, parseLines } from '../../ingest/codecs/line-protocol.ts';
import { ingestLines } from '../../ingest/pipeline/ingest-lines.ts';
import { IngestMessages } from '../../ingest/pipeline/ingest-messages.ts';
import type { HttpApp } from '../http-app.ts';
import { INFLUX_ERRORS, influxErrorBody, replyWithInfluxError } from '../influx-reply.ts';
import { arrivalOf, senderOf } from '../request-sender.ts';
import type { IngestRouteDeps } from './ingest.ts';

/** Of the body, also after it was decompressed. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const tags = ['InfluxDB'];
const text = (description: string) => z.string().max(200).optional().meta({ description });

const writeQuerySchema = z.object({
  precision: z.enum(PRECISIONS).default('ns').meta({ description: 'The unit of the timestamps.' }),
  machine: text('The machine of lines without a tag `machine` or `host`.'),
  db: text('Is ignored, as are `rp`, `org` and `bucket`.'),
  u: text('The user name of a gateway, as clients of InfluxDB 1 send it.'),
  p: text('Its password, or an access key. A header is better, because addresses are logged by proxies.'),
});

const description =
  'A tag `machine` or `host` names the machine: its id, an alias or its name. Fields are metrics; a single field `value` has the name of its measurement. Lines of the same machine and time are one reading. 204 is sent when they are durable, 400 with `partial write` if some were refused while the others are stored.';

export async function influxWriteRoutes(root: HttpApp, deps: IngestRouteDeps): Promise<void> {
  const messages = new IngestMessages(deps);

  const routes: FastifyPluginAsync = async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    app.setErrorHandler(replyWithInfluxError);
    app.removeAllContentTypeParsers();
    // Clients of InfluxDB send many types, or none.
    app.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) =>
      (await decompressed(request, body)).toString(),
    );

    for (const url of ['/write', '/api/v2/write']) {
      app.post(
        url,
        {
          config: { access: 'write:sensor_data', forGateways: true, passwordInQuery: true },
          bodyLimit: MAX_BODY_BYTES,
          schema: {
            tags,
            summary: `Stores line protocol, as InfluxDB ${url === '/write' ? 1 : 2} does`,
            description,
            consumes: ['text/plain'],
            querystring: writeQuerySchema,
            body: z.string().optional(),
            response: { ...INFLUX_ERRORS, 204: z.null() },
          },
        },
        async (request, reply) => {
          const { precision, machine } = request.query;
          const parsed = parseLines(request.body ?? '', precision, INGEST_LIMITS.readings);
          if (parsed === null) throw tooLarge(`The body has more than ${INGEST_LIMITS.readings} lines`);
          const arrival = arrivalOf(request, {
            protocol: 'line_protocol',
            path: url,
            arrivedMs: deps.clock.nowMs(),
            parameters: { precision, machine },
            payload: () => request.body ?? '',
          });
          const sender = senderOf(request);
          const outcome = await ingestLines(messages, parsed, {
            sender,
            arrival,
            topic: `POST ${url}`,
            machine: machine ?? null,
            rule: sender.gateway && deps.profileRules.find(sender.gateway.id, url, url.split('/')),
          });
          if (outcome.problem === null) return reply.code(204).send(null);
          const { problem, lostLines, isOnlySyntax } = outcome;
          const message = isOnlySyntax ? problem : `partial write: ${problem} dropped=${lostLines}`;
          return reply.code(400).send(influxErrorBody(400, message));
        },
      );
    }
  };
  await root.register(routes);
}

/** Rejects with a status of 413 or 415, or 400 if the body is not gzip. */
async function decompressed(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw Object.assign(new Error('Unknown content encoding'), { statusCode: 415 });
  try {
    return await promisify(gunzip)(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('The body is too large');
    throw Object.assign(new Error('The body is not gzip', { cause }), { statusCode: 400 });
  }
}

const tooLarge = (message: string) => Object.assign(new Error(message), { statusCode: 413 });

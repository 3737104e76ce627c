// What clients of InfluxDB 1 ask before they write: whether the server answers, and which databases there are.

import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HttpApp } from '../http-app.ts';
import { INFLUX_ERRORS, influxErrorBody, replyWithInfluxError } from '../influx-reply.ts';

const tags = ['InfluxDB'];
const DATABASE = 'gonsters';
const MAX_BODY_BYTES = 16 * 1024;
/** Clients choose their dialect by it. */
const VERSION = '1.8.10';
const SHOW = /^show\s+databases$/i;
/** They name what does not exist here, so that there is nothing to do. */
const CREATE_OR_DROP = /^(create|drop)\s+database\s+("[^"]+"|\w+)(\s+with\s.*)?$/is;
const NOT_ANSWERED = 'error parsing query: only SHOW DATABASES, CREATE DATABASE and DROP DATABASE are answered';

const text = z.string().max(10_000).optional();
const querySchema = z.object({ q: text, db: text, u: text, p: text });
const resultsSchema = z.object({
  results: z.array(
    z.object({
      statement_id: z.int(),
      series: z
        .array(z.object({ name: z.string(), columns: z.array(z.string()), values: z.array(z.array(z.string())) }))
        .optional(),
    }),
  ),
});

export async function influxQueryRoutes(root: HttpApp): Promise<void> {
  const routes: FastifyPluginAsync = async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    app.setErrorHandler(replyWithInfluxError);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string) => body);

    app.get(
      '/ping',
      {
        config: { access: 'public' },
        schema: { tags, summary: 'Answers clients of InfluxDB that the server is there', response: { 204: z.null() } },
      },
      async (_request, reply) =>
        reply.code(204).headers({ 'X-Influxdb-Version': VERSION, 'X-Influxdb-Build': 'GONSTERS' }).send(null),
    );

    for (const method of ['GET', 'POST'] as const) {
      app.route({
        method,
        url: '/query',
        config: { access: 'write:sensor_data', forGateways: true, passwordInQuery: true, audit: false },
        bodyLimit: MAX_BODY_BYTES,
        schema: {
          tags,
          summary: 'Answers SHOW, CREATE and DROP DATABASE, and nothing else; there are no databases to create or drop',
          description: 'The statement is the parameter `q` of the address or of a form in the body.',
          querystring: querySchema,
          response: { ...INFLUX_ERRORS, 200: resultsSchema },
        },
        handler: async (request, reply) => {
          const form = typeof request.body === 'string' ? new URLSearchParams(request.body) : null;
          const statement = request.query.q ?? form?.get('q') ?? '';
          const statements = statement.split(';').map((each) => each.trim());
          const asked = statements.filter((each) => each !== '');
          if (asked.length === 0) {
            return reply.code(400).send(influxErrorBody(400, 'missing required parameter "q"'));
          }
          if (!asked.every((each) => SHOW.test(each) || CREATE_OR_DROP.test(each))) {
            return reply.code(400).send(influxErrorBody(400, NOT_ANSWERED));
          }
          const databases = [{ name: 'databases', columns: ['name'], values: [[DATABASE]] }];
          const results = asked.map((each, statement_id) => ({
            statement_id,
            ...(SHOW.test(each) && { series: databases }),
          }));
          return reply.code(200).send({ results });
        },
      });
    }
  };
  await root.register(routes);
}

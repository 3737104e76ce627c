// The OpenAPI document, generated from the schemas that validate requests, and the page that shows it.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { errorSchema } from '@gonsters/contract';
import type { RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { ZodType } from 'zod';
import type { HttpApp } from './http-app.ts';

const TITLE = 'GONSTERS API';

/** Call before any route is added. */
export async function documentApi(app: HttpApp, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: TITLE, version, description: 'Real-time monitoring of industrial machines' },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'The access token of a signed-in user, an API key, or the token of a gateway.',
          },
          api_key: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Api-Key',
            description: 'An API key, or the token of a gateway.',
          },
          gateway: { type: 'http', scheme: 'basic', description: 'The user name and the password of a gateway.' },
        },
      },
    },
    transform: (document) => {
      const route = document.route as RouteOptions;
      const schema = (document.schema ?? {}) as DocumentedSchema;
      if (schema.hide || route.config?.access === undefined) return jsonSchemaTransform(document);
      return jsonSchemaTransform({ ...document, schema: withRefusals(schema, route) });
    },
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', theme: { title: TITLE } });
  let document: string | null = null;
  app.get(
    '/openapi.json',
    { config: { access: 'public' }, schema: { hide: true, summary: 'The OpenAPI document' } },
    async (_request, reply) => {
      document ??= JSON.stringify(app.swagger());
      return reply.type('application/json; charset=utf-8').send(document);
    },
  );
}

type DocumentedSchema = Parameters<typeof jsonSchemaTransform>[0]['schema'] & { response?: Record<string, unknown> };

/** Adds the error replies that every route of this kind may send. */
function withRefusals(schema: DocumentedSchema, { config, method }: RouteOptions): DocumentedSchema {
  const access = config?.access;
  const signedIn = access !== 'public';
  const reads = [method].flat().every((each) => each === 'GET' || each === 'HEAD');
  const statuses = [
    ...(schema.body || schema.querystring || schema.params ? [400] : []),
    ...(signedIn || config?.rateLimitGroup === 'sign-in' ? [401] : []),
    ...(config?.rateLimitGroup === 'sign-in' ? [403] : []),
    ...(signedIn ? [403] : []),
    ...(schema.params ? [404] : []),
    // The body of a request that changes something may name a thing that does not exist.
    ...(reads ? [] : [400, 404, 409, 413, 415]),
    429,
    500,
    503,
  ];
  const refusals = Object.fromEntries(statuses.map((status) => [status, errorSchema as ZodType]));
  return {
    ...schema,
    response: { ...refusals, ...schema.response },
    ...(signedIn ? { security: securityOf(config) } : {}),
  };
}

/** API keys are accepted where a permission is named. */
function securityOf(config: RouteOptions['config']) {
  const schemes = [
    'bearer',
    ...(config?.access === 'signed-in' ? [] : ['api_key']),
    ...(config?.forGateways ? ['gateway'] : []),
  ];
  return schemes.map((name) => ({ [name]: [] }));
}

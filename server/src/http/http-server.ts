// The HTTP server: sets up Fastify and its routes, listens, and closes within a time limit.

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import { type FastifyBaseLogger, type FastifyPluginAsync, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { enforceAccess } from './access-rule.ts';
import { documentApi } from './api-document.ts';
import { routesOf } from './api-routes.ts';
import { RequestAuthentication } from './authentication.ts';
import { refuseBrokenRequests, refuseUnusualHeaders } from './broken-request.ts';
import { replyWithError } from './error-reply.ts';
import type { HttpApp } from './http-app.ts';
import type { HttpDeps } from './http-deps.ts';
import { listenOnFreePort } from './listen.ts';
import { createRateLimits } from './rate-limits.ts';
import { auditRequests } from './request-audit.ts';
import { readJsonBodies } from './request-body.ts';
import { acknowledgeLinkRoutes } from './routes/acknowledge-link.ts';
import { channelHookRoutes } from './routes/channel-hooks.ts';
import { influxQueryRoutes } from './routes/influx-query.ts';
import { influxWriteRoutes } from './routes/influx-write.ts';
import { systemRoutes } from './routes/system.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { PAGE, pageFiles, servePage } from './static-page.ts';
import { answerUnknownRoutes } from './unknown-route.ts';

const API_PREFIX = '/api/v1';
const BODY_LIMIT_BYTES = 1_048_576;
const MAX_PARAM_LENGTH = 500;
const MAX_HEADER_BYTES = 16_384;
/** Limits for slow clients. */
const TIMEOUTS = { headersMs: 15_000, requestMs: 60_000, checkEveryMs: 5_000 } as const;
const KEEP_ALIVE_MS = 65_000;
/** How long a stop waits for requests in progress, of the 10 s that it may take. */
const CLOSE_WITHIN_MS = 4_000;

export interface HttpServerOptions {
  /** Folder of the built page; without an `index.html` the page is not served. */
  webRoot: string;
  timeouts?: HttpTimeouts;
}

/** How long the headers and a whole request may take to arrive, and how often that is checked. */
export type HttpTimeouts = { readonly [Name in keyof typeof TIMEOUTS]: number };

export interface HttpServer {
  app: HttpApp;
  /** The underlying server, for Socket.IO, which shares the port. */
  server: Server;
  /** Resolves with the address. Rejects with `invalid_configuration` if the configured port is in use. */
  listen(): Promise<{ host: string; port: number }>;
  /** Stops accepting connections, waits up to 4 s for requests in progress, then closes their connections. Safe twice. */
  close(): Promise<void>;
}

export async function createHttpServer(deps: HttpDeps, options: HttpServerOptions): Promise<HttpServer> {
  const { config, log } = deps;
  const version = await readVersion();
  const timeouts = options.timeouts ?? TIMEOUTS;
  const app: HttpApp = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      // Checked by `refuseUnusualHeaders`, which sends a body.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    ...refuseBrokenRequests,
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(replyWithError);
  await app.register(rateLimit, { global: false });
  const limits = createRateLimits(app, deps.rateCounters);
  await setSecurityHeaders(app, config.corsOrigins);
  refuseUnusualHeaders(app);
  readJsonBodies(app);
  measureRequests(app, deps);
  auditRequests(app, deps.audit, deps.clock);
  const isPartial = config.role === 'ingest';
  const files = isPartial ? [] : pageFiles(options.webRoot);
  const hasPage = files.includes(PAGE);
  answerUnknownRoutes(app, { page: hasPage ? PAGE : null, isPartial });
  enforceAccess(app, new RequestAuthentication(deps), limits);
  await documentApi(app, version);
  if (hasPage) await servePage(app, options.webRoot, files);
  await systemRoutes(app, deps, version);
  await influxWriteRoutes(app, deps);
  await influxQueryRoutes(app);
  // In a scope of its own, because of its form.
  const links: FastifyPluginAsync = async (scope) =>
    acknowledgeLinkRoutes(scope.withTypeProvider<ZodTypeProvider>(), deps);
  if (!isPartial) await app.register(links);
  // Also in a scope of its own, because the signatures are of the bytes of the bodies.
  const hooks: FastifyPluginAsync = async (scope) => channelHookRoutes(scope.withTypeProvider<ZodTypeProvider>(), deps);
  if (!isPartial) await app.register(hooks);
  const api: FastifyPluginAsync = async (scope) => {
    for (const routes of routesOf(config.role)) await routes(scope.withTypeProvider<ZodTypeProvider>(), deps);
  };
  await app.register(api, { prefix: API_PREFIX });
  await app.ready();

  let closing: Promise<void> | null = null;
  return {
    app,
    server: app.server,
    listen: () => listenOnFreePort(app, config, log),
    close: () => {
      closing ??= closeInTime(app);
      return closing;
    },
  };
}

function measureRequests(app: HttpApp, { metrics }: Pick<HttpDeps, 'metrics'>): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.httpSeconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

async function readVersion(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

async function closeInTime(app: HttpApp): Promise<void> {
  const giveUp = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(giveUp);
  }
}

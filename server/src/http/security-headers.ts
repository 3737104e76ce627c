// Security headers for browsers, and CORS for the configured origins.

import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { HttpApp } from './http-app.ts';

/** The page needs none of them. */
const PERMISSIONS = 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()';
const HSTS = 'max-age=31536000; includeSubDomains';

export async function setSecurityHeaders(app: HttpApp, corsOrigins: readonly string[]): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        // Needed by toasts and by the API documentation.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // Set below for requests over TLS; browsers ignore it over plain HTTP.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id);
    reply.header('Permissions-Policy', PERMISSIONS);
    if (request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https') {
      reply.header('Strict-Transport-Security', HSTS);
    }
    if (!isPage(request.url)) reply.header('Cache-Control', 'no-store');
  });
  if (corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'Content-Disposition', 'Date', 'X-Missing-Data'],
    maxAge: 600,
    strictPreflight: false,
  });
}

/** All addresses except those of the API and of monitoring belong to the page, which sets its own cache headers. */
function isPage(url: string): boolean {
  return !/^\/(api|health|metrics|openapi\.json)(\/|\?|$)/.test(url);
}

// Serves the built page. Assets with a hash in their name are cached for good; browsers revalidate the other files.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { HttpApp } from './http-app.ts';

export const PAGE = 'index.html';
const HASHED = /[\\/]assets[\\/][^\\/]+-[\w-]{8,}\.\w+$/;

/** Relative paths of the page's files, with `/`; empty if the page has not been built. */
export function pageFiles(webDir: string): string[] {
  try {
    return readdirSync(webDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(webDir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  } catch {
    return [];
  }
}

export async function servePage(app: HttpApp, webDir: string, files: readonly string[]): Promise<void> {
  await app.register(fastifyStatic, {
    root: webDir,
    serve: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const schema = { hide: true };
  for (const file of files) {
    app.get(`/${file}`, { config: { access: 'public' }, schema }, (_request, reply) => reply.sendFile(file));
  }
  app.get('/', { config: { access: 'public' }, schema }, (_request, reply) => reply.sendFile(PAGE));
}

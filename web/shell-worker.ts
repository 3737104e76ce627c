// The build step of the service worker: tells it which files the page consists of, and which version of it they are.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const WORKER = 'sw.js';
const PLACEHOLDER = '__SHELL__';
/** Letters that a text in one of the page's languages has; the other subsets of the font are loaded where they are met. */
const NEEDED_FONTS = /-latin-(?!ext)/;

/** `publicDir` is copied to the output as it is. */
export function shellWorker(publicDir: string): Plugin {
  return {
    name: 'shell-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') throw new Error(`The build made no ${WORKER}`);
        const assets = Object.keys(bundle).filter(
          (file) =>
            file !== WORKER && /\.(js|css|woff2)$/.test(file) && (!/\.woff2$/.test(file) || NEEDED_FONTS.test(file)),
        );
        const copied = readdirSync(publicDir).filter((file) => /\.(js|svg|webmanifest)$/.test(file));
        const page = bundle['index.html'];
        const hash = createHash('sha256').update(assets.sort().join());
        if (page?.type === 'asset') hash.update(page.source);
        for (const file of copied) hash.update(readFileSync(join(publicDir, file)));
        const shell = {
          version: hash.digest('hex').slice(0, 12),
          files: ['/', ...copied.map((file) => `/${file}`), ...assets.map((file) => `/${file}`)],
        };
        worker.code = worker.code.replace(PLACEHOLDER, () => JSON.stringify(shell));
      },
    },
  };
}

// Builds the page into dist/, which the server hands out on its own port; scripts/dev.mjs serves it from the sources in development.

import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { shellWorker } from './shell-worker.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), tailwindcss(), shellWorker(here('public'))],
  resolve: {
    alias: { '@gonsters/contract': here('../contract/src/index.ts') },
  },
  build: {
    target: 'es2023',
    // Minified; what counts is the budget of 190 kB gzip.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { index: here('index.html'), sw: here('worker/service-worker.ts') },
      output: {
        // A worker rules over what lies below its address, so it stands at the root; browsers look there for a new one.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // The charts are loaded with the first machine one opens, and stay cached when the screens change.
        codeSplitting: {
          groups: [
            { name: 'chart', test: /node_modules[\\/]uplot/ },
            // One file a language: a page needs one of them before it can show anything.
            { name: 'text-en', test: /src[\\/]i18n[\\/]en[\\/]/ },
            { name: 'text-id', test: /src[\\/]i18n[\\/]id[\\/]/ },
          ],
        },
      },
    },
  },
});

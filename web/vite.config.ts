// Builds the page into dist/, which the server hands out on its own port; in development the server is reached by proxy.

import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = 'http://127.0.0.1:5000';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: { '@gonsters/contract': fileURLToPath(new URL('../contract/src/index.ts', import.meta.url)) },
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/health': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
  build: {
    target: 'es2023',
    // Minified; what counts is the budget of 190 kB gzip.
    chunkSizeWarningLimit: 600,
    // The charts are loaded with the first machine one opens, and stay cached when the screens change.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'chart', test: /node_modules[\\/]uplot/ }] } } },
  },
});

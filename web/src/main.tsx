// Starts the page.

import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { watchForMissingChunks } from './app/missing-chunks.ts';
import { router } from './app/router.tsx';
import { startServiceWorker } from './app/service-worker.ts';
import './styles/index.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
watchForMissingChunks();
startServiceWorker(router.history);

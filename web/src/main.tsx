// Starts the page.

import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { watchForMissingChunks } from './app/missing-chunks.ts';
import { router } from './app/router.tsx';
import { startServiceWorker } from './app/service-worker.ts';
import { printLight } from './components/ui/theme/printing.ts';
import { loadLanguage, rememberedLanguage } from './i18n/load-catalogue.ts';
import './styles/index.css';

const root = document.getElementById('root');
if (root) {
  const page = createRoot(root);
  void loadLanguage(rememberedLanguage()).then((language) => page.render(<App language={language} />));
}
watchForMissingChunks();
printLight();
startServiceWorker(router.history);

// Holds the exports of the signed-in user, so that they continue when the screen changes.

import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { canPick, pickFile } from '../../../api/http/file-target.ts';
import { useApi } from '../../../api/use-api.ts';
import { ExportRunner } from './export-runner.ts';
import { ExportContextProvider, useExportJobs, useExports } from './use-exports.ts';

const ExportPanel = lazy(() => import('./export-panel.tsx').then((module) => ({ default: module.ExportPanel })));

export function ExportProvider({ children }: { children: ReactNode }) {
  const api = useApi();
  const [runner] = useState(() => new ExportRunner({ ...api, pickFile, canPick }));
  useEffect(() => () => runner.stop(), [runner]);
  return (
    <ExportContextProvider value={runner}>
      {children}
      <ExportsShown />
    </ExportContextProvider>
  );
}

function ExportsShown() {
  const runner = useExports();
  const jobs = useExportJobs();
  const busy = runner.busy;
  useEffect(() => {
    if (!busy) return;
    // Leaving the page would end the export: the browser asks first.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
  if (jobs.length === 0) return null;
  return (
    <Suspense>
      <ExportPanel />
    </Suspense>
  );
}

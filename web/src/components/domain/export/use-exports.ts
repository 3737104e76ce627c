// The exports for components: the list of jobs, and adding one.

import { createContext, useContext, useSyncExternalStore } from 'react';
import type { ExportJob, ExportRunner } from './export-runner.ts';

const ExportContext = createContext<ExportRunner | null>(null);
export const ExportContextProvider = ExportContext.Provider;

export function useExports(): ExportRunner {
  const runner = useContext(ExportContext);
  if (runner === null) throw new Error('Outside of an ExportProvider');
  return runner;
}

export function useExportJobs(): readonly ExportJob[] {
  const runner = useExports();
  return useSyncExternalStore(runner.signal.subscribe, () => runner.jobs);
}

// Reads a file of metrics and machine types, and asks the server what it would change.

import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { formFaults } from '../management-fault.ts';
import type { PlannedImport } from './import-preview.tsx';

const MOST_FAULTS = 3;

export function useCatalogueImport() {
  const { t } = useText();
  const api = useApi();
  const [planned, setPlanned] = useState<PlannedImport | null>(null);
  const [busy, setBusy] = useState(false);
  const plan = async (title: string, file: unknown) => {
    setBusy(true);
    try {
      setPlanned({ title, file, preview: await api.importCatalogue(file, true) });
    } catch (error) {
      const faults = Object.entries(formFaults(t, error)).slice(0, MOST_FAULTS);
      toast.error(faults.map(([field, text]) => (field === '' ? text : `${field}: ${text}`)).join('. '));
    }
    setBusy(false);
  };
  const read = async (file: File) => {
    let content: unknown;
    try {
      content = JSON.parse(await file.text());
    } catch {
      toast.error(t('import_catalogue.not_json', { file: file.name }));
      return;
    }
    await plan(t('import_catalogue.title', { file: file.name }), content);
  };
  return { planned, busy, plan, read, done: () => setPlanned(null) };
}

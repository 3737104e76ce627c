// What a dialog with a form does when it is sent: nothing while something is missing, then one request, and its faults at their
// fields.

import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { formFaults } from './management-fault.ts';

/** By field; '' holds what belongs to none. */
type Faults = Readonly<Record<string, string>>;

export function useFormSubmit() {
  const { t } = useText();
  const [faults, setFaults] = useState<Faults>({});
  const [busy, setBusy] = useState(false);
  return {
    faults,
    busy,
    /** Until it is sent again, nothing is called wrong at these fields. */
    forgive: (fields: readonly string[]) =>
      setFaults({ ...faults, ...Object.fromEntries([...fields, ''].map((name) => [name, ''])) }),
    /** `send` closes the dialog at its end. It stays busy until then, so that nothing is sent twice. */
    submit: async (missing: Faults, send: () => Promise<unknown>) => {
      setFaults(missing);
      if (Object.keys(missing).length > 0) return;
      setBusy(true);
      try {
        await send();
      } catch (error) {
        setFaults(formFaults(t, error));
        setBusy(false);
      }
    },
  };
}

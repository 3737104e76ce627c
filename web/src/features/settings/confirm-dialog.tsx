// Asks before an action that cannot be undone, and stays open until its result is known.

import { type ReactNode, useState } from 'react';
import { FormDialog } from '../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../components/ui/form/field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { managementFaultText } from './management-fault.ts';

export function ConfirmDialog({
  title,
  confirm,
  run,
  onClose,
  children,
}: {
  title: string;
  /** On the button: the verb. */
  confirm: string;
  /** Where it rejects, the dialog says why and stays. */
  run: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    setFault(null);
    try {
      await run();
      onClose();
    } catch (error) {
      setFault(managementFaultText(t, error));
      setBusy(false);
    }
  };
  return (
    <FormDialog title={title} busy={busy} onSubmit={submit} onClose={onClose} submitLabel={confirm}>
      {children}
      {fault === null ? null : <FaultText>{fault}</FaultText>}
    </FormDialog>
  );
}

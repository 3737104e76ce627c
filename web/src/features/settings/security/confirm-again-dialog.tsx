// Asks before something that changes how one signs in, and for the password where the server wants it.

import { type ReactNode, useState } from 'react';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { managementFaultText } from '../management-fault.ts';
import { usePasswordAgain } from './use-password-again.tsx';
import { useSecurityText } from './use-security-text.ts';

export function ConfirmAgainDialog({
  title,
  confirm,
  run,
  onClose,
  children,
}: {
  title: string;
  confirm: string;
  /** Closes the dialog at its end. Where it rejects, the dialog says why and stays. */
  run: (password: string | undefined) => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useSecurityText();
  const again = usePasswordAgain();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    setFault(null);
    try {
      if (!(await again.attempt(run))) setBusy(false);
    } catch (error) {
      setFault(managementFaultText(t, error));
      setBusy(false);
    }
  };
  return (
    <FormDialog
      title={title}
      busy={busy}
      canSubmit={!again.isStuck}
      onSubmit={submit}
      onClose={onClose}
      submitLabel={confirm}
    >
      {children}
      {again.field}
      {fault === null ? null : <FaultText>{fault}</FaultText>}
    </FormDialog>
  );
}

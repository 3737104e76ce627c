// The key for an authenticator app, as a QR code and as text, and the first code that proves that the app has it.

import type { TotpBegun } from '@gonsters/contract';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { useSecurityApi } from '../../../api/security-api.ts';
import { CopyField } from '../../../components/ui/form/copy-field.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { managementFaultText } from '../management-fault.ts';
import '../../../styles/dialogs.css';
import { QrCode } from './qr-code.tsx';
import { SetupFoot } from './setup-foot.tsx';
import { useSecurityText } from './use-security-text.ts';

const CODE_LENGTH = 6;
/** As apps show it: people type it in groups. */
const inGroups = (secret: string) => secret.replace(/(.{4})(?=.)/g, '$1 ');

export function ConfirmTotp({
  begun,
  onConfirmed,
  onCancel,
}: {
  begun: TotpBegun;
  onConfirmed: (recoveryCodes: readonly string[] | null) => void;
  onCancel: () => void;
}) {
  const { t, say } = useSecurityText();
  const api = useSecurityApi();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    try {
      onConfirmed(await api.confirmTotp(begun.id, code));
    } catch (error) {
      const isWrong =
        error instanceof ApiError &&
        (error.code === 'invalid_second_factor' || error.faults.some(({ field }) => field === 'code'));
      setFault(isWrong ? say('add.totp.code.wrong') : managementFaultText(t, error));
      setBusy(false);
    }
  };
  return (
    <form noValidate className="setup" onSubmit={(event) => void submit(event)}>
      <div className="setup-scan">
        <QrCode text={begun.uri} label={say('add.totp.qr')} />
        <div className="setup">
          <p>{say('add.totp.scan')}</p>
          <CopyField label={say('add.totp.secret')} text={inGroups(begun.secret)} lines={2} />
        </div>
      </div>
      <Field label={say('add.totp.code')} fault={fault}>
        {(field) => (
          <span className={`input ${fault ? 'input-invalid' : ''}`}>
            <input
              {...field}
              className="code-input"
              autoComplete="one-time-code"
              inputMode="numeric"
              value={code}
              onChange={(event) => {
                setCode(event.target.value.replace(/\D/g, '').slice(0, CODE_LENGTH));
                setFault('');
              }}
            />
          </span>
        )}
      </Field>
      <SetupFoot onCancel={onCancel}>
        <button type="submit" className="button button-primary" disabled={busy || code.length < CODE_LENGTH}>
          {say('add.totp.confirm')}
        </button>
      </SetupFoot>
    </form>
  );
}

// Adds a second factor: what it is called, then the authenticator app with its QR code, or the passkey of the browser.

import type { TotpBegun } from '@gonsters/contract';
import { startRegistration, WebAuthnError } from '@simplewebauthn/browser';
import { type FormEvent, useState } from 'react';
import { useSecurityApi } from '../../../api/security-api.ts';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { formFaults } from '../management-fault.ts';
import { browserName } from './browser-name.ts';
import { ConfirmTotp } from './confirm-totp.tsx';
import { SetupFoot } from './setup-foot.tsx';
import { usePasswordAgain } from './use-password-again.tsx';
import { useSecurityText } from './use-security-text.ts';

export type FactorKind = 'totp' | 'passkey';

export interface AddedFactor {
  name: string;
  /** With the first factor. */
  recoveryCodes: readonly string[] | null;
}

export function AddFactor({
  kind,
  onAdded,
  onCancel,
}: {
  kind: FactorKind;
  onAdded: (added: AddedFactor) => void;
  onCancel: () => void;
}) {
  const { t, say } = useSecurityText();
  const api = useSecurityApi();
  const [name, setName] = useState(() => defaultName(kind, say('add.name.totp')));
  const [begun, setBegun] = useState<TotpBegun | null>(null);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const again = usePasswordAgain();
  const addPasskey = async (password: string | undefined) => {
    const optionsJSON = (await api.newPasskeyOptions(password)) as Parameters<
      typeof startRegistration
    >[0]['optionsJSON'];
    const made = await startRegistration({ optionsJSON });
    const { factor, recovery_codes: codes } = await api.addPasskey(name.trim(), made);
    onAdded({ name: factor.name, recoveryCodes: codes });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setFaults({});
    try {
      await again.attempt(async (password) => {
        if (kind === 'totp') setBegun(await api.beginTotp(name.trim(), password));
        else await addPasskey(password);
      });
    } catch (error) {
      setFaults(isOfBrowser(error) ? { '': say(browserFault(error)) } : formFaults(t, error));
    }
    setBusy(false);
  };
  if (begun !== null) {
    return (
      <ConfirmTotp
        begun={begun}
        onConfirmed={(recoveryCodes) => onAdded({ name: name.trim(), recoveryCodes })}
        onCancel={onCancel}
      />
    );
  }
  return (
    <form noValidate className="setup" onSubmit={(event) => void submit(event)}>
      <p>{say(kind === 'totp' ? 'add.totp.lead' : 'add.passkey.lead')}</p>
      <TextField
        label={say('add.name')}
        hint={say('add.name.hint')}
        fault={faults.name}
        maxLength={100}
        value={name}
        onChange={setName}
      />
      {again.field}
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
      <SetupFoot onCancel={onCancel}>
        <button type="submit" className="button button-primary" disabled={busy || again.isStuck || name.trim() === ''}>
          {say(kind === 'totp' ? 'add.next' : busy ? 'add.passkey.waiting' : 'add.passkey.confirm')}
        </button>
      </SetupFoot>
    </form>
  );
}

/** A passkey belongs to the device one sits at. */
function defaultName(kind: FactorKind, app: string): string {
  if (kind === 'totp') return app;
  const { browser, system } = browserName(navigator.userAgent);
  return [browser?.replace(/ \d+$/, ''), system].filter((part) => part).join(', ');
}

/** Not an answer of the server: the window of the browser was closed, timed out, or refused. */
const isOfBrowser = (error: unknown): error is Error => error instanceof WebAuthnError || error instanceof DOMException;

const browserFault = (error: Error) =>
  error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
    ? 'add.passkey.known'
    : 'add.passkey.not_made';

// Secrets that are shown once. The dialog closes when the user confirms that they are stored.

import { type ReactNode, useState } from 'react';
import { Dialog } from '../../components/ui/dialog/dialog.tsx';
import { CopyButton } from '../../components/ui/form/copy-button.tsx';
import { ConfirmBox } from '../../components/ui/form/text-field.tsx';
import { useText } from '../../i18n/use-text.ts';

export function SecretDialog({
  title,
  lead,
  stored,
  secrets,
  onClose,
  children,
}: {
  title: string;
  lead: string;
  /** What the user confirms. */
  stored: string;
  secrets: readonly { label: string; value: string }[];
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useText();
  const [isStored, setStored] = useState(false);
  return (
    <Dialog
      wide
      title={title}
      lead={lead}
      busy={!isStored}
      onClose={onClose}
      actions={
        <button type="button" className="button button-primary" disabled={!isStored} onClick={onClose}>
          {t('secret.done')}
        </button>
      }
    >
      <dl className="secrets">
        {secrets.map(({ label, value }) => (
          <div key={label}>
            <dt className="label">{label}</dt>
            <dd>
              <code>{value}</code>
              <CopyButton text={value} label={t('copy.what', { what: label })} />
            </dd>
          </div>
        ))}
      </dl>
      {children}
      <ConfirmBox label={stored} checked={isStored} onChange={setStored} />
    </Dialog>
  );
}

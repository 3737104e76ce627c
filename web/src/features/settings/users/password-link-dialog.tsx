// The link with which a user who lost the password sets a new one. It is shown once, for Management to hand over.

import { usePasswordText } from '../../../components/domain/passwords/use-password-text.ts';
import { SecretDialog } from '../secret-dialog.tsx';

export function PasswordLinkDialog({ name, token, onClose }: { name: string; token: string; onClose: () => void }) {
  const { say } = usePasswordText();
  return (
    <SecretDialog
      title={say('link.title', { name })}
      lead={say('link.lead', { name })}
      stored={say('link.stored')}
      secrets={[{ label: say('link.label'), value: `${location.origin}/reset#${token}` }]}
      onClose={onClose}
    />
  );
}

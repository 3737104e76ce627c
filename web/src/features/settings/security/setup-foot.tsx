// The buttons under a step of adding a second factor.

import type { ReactNode } from 'react';
import { useSecurityText } from './use-security-text.ts';

export function SetupFoot({ onCancel, children }: { onCancel: () => void; children: ReactNode }) {
  const { say } = useSecurityText();
  return (
    <div className="setup-foot">
      <button type="button" className="button button-quiet" onClick={onCancel}>
        {say('add.cancel')}
      </button>
      {children}
    </div>
  );
}

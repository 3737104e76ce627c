// The recovery codes, which are shown once: to copy, to download as a text file, to print.

import { Download, Printer } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSessionState } from '../../../api/use-api.ts';
import { ConfirmBox } from '../../../components/ui/form/text-field.tsx';
import { useCopy } from '../../../components/ui/form/use-copy.ts';
import { useSecurityText } from './use-security-text.ts';

export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { say } = useSecurityText();
  const state = useSessionState();
  const [isStored, setStored] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const name = state.phase === 'signed-in' ? state.user.username : '';
  const head = say('codes.file', { name, address: location.host });
  const text = `${codes.join('\n')}\n`;
  const { copy, Icon, said } = useCopy(text, place);
  return (
    <div className="setup recovery" ref={place}>
      <p className="recovery-head">{head}</p>
      <ol className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="recovery-tools">
        <button type="button" className="button" aria-label={say('codes.copy.what')} onClick={copy}>
          <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('codes.copy')}
          <span className="sr-only" role="status">
            {said}
          </span>
        </button>
        <button
          type="button"
          className="button"
          onClick={() => save('gonsters-recovery-codes.txt', `${head}\n\n${text}`)}
        >
          <Download size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('codes.download')}
        </button>
        <button type="button" className="button" onClick={print}>
          <Printer size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('codes.print')}
        </button>
      </div>
      <ConfirmBox label={say('codes.stored')} checked={isStored} onChange={setStored} />
      <div className="setup-foot">
        <button type="button" className="button button-primary" disabled={!isStored} onClick={onDone}>
          {say('codes.done')}
        </button>
      </div>
    </div>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Nothing but the codes: the style sheet hides the rest while this class is set. */
function print(): void {
  const root = document.documentElement;
  root.classList.add('prints-codes');
  addEventListener('afterprint', () => root.classList.remove('prints-codes'), { once: true });
  window.print();
}

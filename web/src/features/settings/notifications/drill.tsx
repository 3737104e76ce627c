// A drill: one test alarm to everybody on duty, and who was told.

import type { DrillReply } from '@gonsters/contract';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useReasonText } from '../../../i18n/reasons/use-reason-text.ts';
import { managementFaultText } from '../management-fault.ts';
import { OpenMark } from '../telling/open-mark.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import '../../../styles/differences.css';

export function DrillRow() {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<DrillReply['told'] | null>(null);
  const start = async () => {
    setBusy(true);
    try {
      setTold((await api.drill()).told);
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    setBusy(false);
  };
  return (
    <div className="setting-row">
      <div>
        <h3>{say('drill.title')}</h3>
        <span className="caption">{say('drill.hint')}</span>
      </div>
      <div>
        <button type="button" className="button" disabled={busy} onClick={() => void start()}>
          {say('drill.start')}
        </button>
      </div>
      {told === null ? null : <DrillResult told={told} onClose={() => setTold(null)} />}
    </div>
  );
}

function DrillResult({ told, onClose }: { told: DrillReply['told']; onClose: () => void }) {
  const { say, t } = useTellingText();
  const { reason } = useReasonText();
  return (
    <Dialog
      title={say('drill.done')}
      lead={say(told.length === 0 ? 'drill.nothing' : 'drill.lead')}
      onClose={onClose}
      actions={
        <button type="button" className="button button-primary" onClick={onClose}>
          {t('app.close')}
        </button>
      }
    >
      <ul className="differences">
        {told.map(({ schedule, person, contact, reason: why }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes
          <li key={place}>
            <b>{schedule}</b>
            {why !== null ? (
              <span className="warn-word">
                <OpenMark />
                {person === null ? say('drill.nobody') : reason(why)}
              </span>
            ) : (
              <span>{[person?.name, contact].filter((part) => part).join(', ')}</span>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

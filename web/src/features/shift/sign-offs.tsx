// Who hands the shift over and who takes it over; on paper two lines for the signatures.

import type { ShiftReport, ShiftSignOff } from '@gonsters/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { shiftApi } from '../../api/shift-api.ts';
import { useApi, useMay } from '../../api/use-api.ts';
import { toast } from '../../components/ui/toast.ts';
import { errorText } from '../../i18n/error-text.ts';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';

export function SignOffs({ report }: { report: ShiftReport }) {
  const { t, say } = useShiftText();
  const api = useApi();
  const queries = useQueryClient();
  const maySign = useMay('ack:alerts') && report.shift !== null;
  const [note, setNote] = useState('');
  const { isPending, mutate } = useMutation({
    mutationFn: (role: ShiftSignOff['role']) =>
      shiftApi(api.client).signOff(report.shift?.from ?? report.from, role, note.trim()),
    onSuccess: async () => {
      setNote('');
      await queries.invalidateQueries({ queryKey: ['shift-report'] });
      toast.success(say('shift.sign.done'));
    },
    onError: (error) => toast.error(say('shift.sign.failed', { reason: errorText(t, error) })),
  });
  const signed = (role: ShiftSignOff['role']) => report.sign_offs.find((each) => each.role === role);
  const isOpen = maySign && (!signed('outgoing') || !signed('incoming'));
  return (
    <section className="card shift-signs" aria-label={say('shift.sign')}>
      <div className="shift-sign-lines">
        {(['outgoing', 'incoming'] as const).map((role) => (
          <SignLine
            key={role}
            role={role}
            signed={signed(role)}
            button={
              maySign && !signed(role) ? (
                <button type="button" className="button no-print" disabled={isPending} onClick={() => mutate(role)}>
                  <Check size={16} strokeWidth={1.5} aria-hidden="true" />
                  {say(`shift.sign.${role}.do`)}
                </button>
              ) : null
            }
          />
        ))}
      </div>
      {isOpen ? (
        <div className="shift-sign-note no-print">
          <span className="input">
            <input
              aria-label={say('shift.sign.note')}
              placeholder={say('shift.sign.note')}
              maxLength={500}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </span>
          <span className="caption">{say('shift.sign.hint')}</span>
        </div>
      ) : null}
    </section>
  );
}

function SignLine({
  role,
  signed,
  button,
}: {
  role: ShiftSignOff['role'];
  signed: ShiftSignOff | undefined;
  button: ReactNode;
}) {
  const { say, format } = useShiftText();
  return (
    <div>
      <p>
        <b>
          {signed
            ? say('shift.sign.at', { by: signed.by, time: format.recent(Date.parse(signed.at), Date.now()) })
            : say('shift.sign.nobody')}
        </b>
        , {say(`shift.sign.${role}`)}
        {signed?.note ? <span className="block">“{signed.note}”</span> : null}
      </p>
      {button}
    </div>
  );
}

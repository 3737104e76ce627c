// Notes for the next shift.

import type { ShiftReport } from '@gonsters/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shiftApi } from '../../api/shift-api.ts';
import { useApi, useMay } from '../../api/use-api.ts';
import { toast } from '../../components/ui/toast.ts';
import { errorText } from '../../i18n/error-text.ts';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';
import { LineList } from './shift-lists.tsx';

const MOST_LETTERS = 2000;

export function ShiftNotes({ report }: { report: ShiftReport }) {
  const { t, say } = useShiftText();
  const api = useApi();
  const queries = useQueryClient();
  const mayAdd = useMay('ack:alerts') && !report.is_over;
  const [text, setText] = useState('');
  const { isPending, mutate } = useMutation({
    mutationFn: () => shiftApi(api.client).addNote(text.trim()),
    onSuccess: async () => {
      setText('');
      await queries.invalidateQueries({ queryKey: ['shift-report'] });
      toast.success(say('shift.note.added'));
    },
    onError: (error) => toast.error(say('shift.note.failed', { reason: errorText(t, error) })),
  });
  return (
    <section className="card" aria-labelledby="shift-notes">
      <div className="card-head">
        <h2 id="shift-notes">{say('shift.notes')}</h2>
      </div>
      {report.notes.length === 0 ? (
        <p className="hint">{say('shift.notes.none')}</p>
      ) : (
        <LineList lines={report.notes.map(({ id, at, by, text: note }) => ({ key: id, at, by, text: note }))} />
      )}
      {mayAdd ? (
        <form
          className="shift-add no-print"
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '' && !isPending) mutate();
          }}
        >
          <span className="input">
            <input
              aria-label={say('shift.note')}
              placeholder={say('shift.note')}
              maxLength={MOST_LETTERS}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </span>
          <button type="submit" className="button" disabled={text.trim() === '' || isPending}>
            {say('shift.note.add')}
          </button>
        </form>
      ) : null}
    </section>
  );
}

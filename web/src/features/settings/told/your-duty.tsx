// When the signed-in person is on duty, and who could take it over.

import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useSessionState } from '../../../api/use-api.ts';
import { useLive } from '../../../live/use-live.ts';
import { OverrideDialog, type OverrideStart } from '../duty/override-dialog.tsx';
import { dayAndTime } from '../duty/use-duty.ts';
import { useTellingText } from '../telling/use-telling-text.ts';

const SHOWN = 5;

export function YourDuty() {
  const { say, format } = useTellingText();
  const api = useTellingApi();
  const { now } = useLive();
  const session = useSessionState();
  const own = session.phase === 'signed-in' ? session.user.id : '';
  const [swapping, setSwapping] = useState<OverrideStart | null>(null);
  const duties = useQuery({ queryKey: ['own-duties'], queryFn: ({ signal }) => api.ownDuties(signal) }).data ?? [];
  const first = duties[0];
  return (
    <section className="card" aria-label={say('told.duty')}>
      <div className="card-head">
        <h2>{say('told.duty')}</h2>
        <span className="caption">{format.zone(now())}</span>
      </div>
      {first === undefined ? <p className="card-note">{say('told.duty.none')}</p> : null}
      <ul className={duties.length === 0 ? 'hidden' : 'timeline'}>
        {duties.slice(0, SHOWN).map(({ schedule_id: id, schedule, from, to }) => {
          const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
          return (
            <li key={`${id} ${from}`}>
              <time dateTime={from}>
                {fromMs <= now() ? say('told.duty.now') : format.day(fromMs)}
                {fromMs <= now() ? null : <small>{format.minute(fromMs)}</small>}
              </time>
              <div>
                <b>{schedule}</b>
                <p>{say('told.duty.until', { time: dayAndTime(format, toMs) })}</p>
                <button
                  type="button"
                  className="button button-small"
                  aria-label={`${say('told.duty.swap')}: ${schedule}, ${dayAndTime(format, fromMs)}`}
                  onClick={() => setSwapping({ scheduleId: id, fromMs: Math.max(fromMs, now()), toMs, without: own })}
                >
                  <ArrowLeftRight size={14} strokeWidth={1.5} aria-hidden="true" />
                  {say('told.duty.swap')}
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      {swapping === null ? null : (
        <OverrideDialog start={swapping} title={say('override.swap')} onClose={() => setSwapping(null)} />
      )}
    </section>
  );
}

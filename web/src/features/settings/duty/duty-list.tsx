// A week of one schedule as a list, for a phone.

import type { DutySchedule } from '@gonsters/contract';
import { OpenMark } from '../telling/open-mark.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import type { Band } from './duty-bands.ts';
import { dayAndTime, formatIn } from './use-duty.ts';

export function DutyList({
  schedule,
  bands,
  onOpen,
}: {
  schedule: DutySchedule;
  bands: readonly Band[];
  onOpen: ((band: Band) => void) | null;
}) {
  const { say, language } = useTellingText();
  const format = formatIn(language, schedule.zone);
  return (
    <ul className="duty-list">
      {bands.map((band) => (
        <li key={band.from} className={band.user_id === null ? 'is-gap' : ''}>
          <time dateTime={band.from}>{dayAndTime(format, band.fromMs)}</time>
          <div className="in-line">
            <b className="flex-1">
              {band.user_id === null ? (
                <span className="warn-word">
                  <OpenMark />
                  {say('duty.nobody')}
                </span>
              ) : (
                band.name
              )}
              <span className="caption block">
                {`– ${dayAndTime(format, band.toMs)}`}
                {band.is_override ? `, ${say('duty.swapped')}` : ''}
              </span>
            </b>
            {band.user_id === null && onOpen !== null ? (
              <button type="button" className="button button-small" onClick={() => onOpen(band)}>
                {say('override.fill')}
              </button>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

// The shifts of the plant: the pattern, the week as bands, holidays.

import { useQuery } from '@tanstack/react-query';
import { CalendarClock, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useMay } from '../../../api/use-api.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { useLive } from '../../../live/use-live.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { dutyBands, placeInWeek, weekOf } from './duty-bands.ts';
import { DutyDays } from './duty-line.tsx';
import { ShiftCalendarDialog } from './shift-calendar-dialog.tsx';
import { dayAndTime, formatIn } from './use-duty.ts';

export function ShiftCalendarCard() {
  const { say, language } = useTellingText();
  const api = useTellingApi();
  const mayEdit = useMay('write:config');
  const isPhone = useMedia('(max-width: 767px)');
  const { now } = useLive();
  const [editing, setEditing] = useState(false);
  const query = useQuery({ queryKey: ['shift-calendar'], queryFn: ({ signal }) => api.shiftCalendar(signal) });
  const calendar = query.data?.calendar;
  const zone = calendar?.zone ?? 'UTC';
  const week = weekOf(zone, now());
  const hasShifts = calendar !== undefined && calendar.shifts.length > 0;
  const shifts = useQuery({
    queryKey: ['shifts', week.fromMs],
    queryFn: ({ signal }) => api.shifts(week.fromMs, week.toMs, signal),
    enabled: hasShifts,
  });
  const format = formatIn(language, zone);
  const current = query.data?.now ?? null;
  const named = ({ name, crew }: { name: string; crew: string | null }) =>
    crew === null ? name : say('shifts.with_crew', { name, crew });
  const bands = dutyBands(
    week,
    (shifts.data ?? []).map((shift) => ({
      ...{ from: shift.from, to: shift.to, is_override: false },
      user_id: shift.crew ?? shift.name,
      name: shift.crew === null ? shift.name : `${shift.crew} · ${shift.name}`,
    })),
  );
  return (
    <section className="card" aria-label={say('shifts.title')}>
      <div className="card-head">
        <h2>{say('shifts.title')}</h2>
        {calendar === undefined ? null : (
          <span className="caption">{`${say(`shifts.pattern.${calendar.pattern}`)}, ${format.zone(now())}`}</span>
        )}
        <span className="flex-1" />
        {mayEdit && calendar !== undefined ? (
          <button type="button" className="button button-small" onClick={() => setEditing(true)}>
            <Pencil size={14} strokeWidth={1.5} aria-hidden="true" />
            {say('shifts.edit')}
          </button>
        ) : null}
      </div>
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {calendar !== undefined && !hasShifts ? (
        <StateMessage icon={CalendarClock} title={say('shifts.none')}>
          {say('shifts.none.hint')}
        </StateMessage>
      ) : null}
      {hasShifts ? (
        <div className="duty-weeks">
          <p className="text-strong">
            {current === null
              ? say('shifts.now.none')
              : say('shifts.now', {
                  shift: named(current),
                  time: `${dayAndTime(format, Date.parse(current.to))} ${format.zone(Date.parse(current.to))}`,
                })}
          </p>
          {isPhone ? (
            <ul className="duty-list">
              {bands.map((band) => (
                <li key={band.from}>
                  <time dateTime={band.from}>{dayAndTime(format, band.fromMs)}</time>
                  <b>{band.name}</b>
                </li>
              ))}
            </ul>
          ) : (
            <>
              <DutyDays week={week} holidays={calendar.holidays} zone={zone} nowMs={now()} />
              <div className="duty-week">
                <span className="duty-name">{say('shifts.week')}</span>
                <div className="duty-line">
                  {bands.map((band) => (
                    <span
                      key={band.from}
                      role="img"
                      className={band.isOther ? 'is-other' : ''}
                      style={{ left: `${band.left}%`, width: `${band.width}%` }}
                      aria-label={`${band.name}, ${dayAndTime(format, band.fromMs)} – ${dayAndTime(format, band.toMs)}`}
                      title={`${band.name}, ${dayAndTime(format, band.fromMs)} – ${dayAndTime(format, band.toMs)}`}
                    >
                      {band.width >= 4 ? band.name?.split(' · ')[0] : ''}
                    </span>
                  ))}
                  <span className="duty-now" style={{ left: `${placeInWeek(week, now())}%` }} aria-hidden="true" />
                </div>
              </div>
            </>
          )}
          <span className="caption">
            {calendar.holidays.length === 0
              ? say('shifts.holidays.none')
              : say('shifts.holiday_count', { count: calendar.holidays.length })}
          </span>
        </div>
      ) : null}
      {editing && calendar !== undefined ? (
        <ShiftCalendarDialog stored={calendar} onClose={() => setEditing(false)} />
      ) : null}
    </section>
  );
}

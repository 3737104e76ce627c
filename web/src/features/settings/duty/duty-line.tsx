// A week of one schedule as bands. Each band is a button with which somebody else is put on duty for its time.

import { type DutySchedule, toLocalMs } from '@gonsters/contract';
import { useTellingText } from '../telling/use-telling-text.ts';
import { type Band, placeInWeek, type Week } from './duty-bands.ts';
import { dayAndTime, formatIn } from './use-duty.ts';

/** In percent of the week: what is narrower has no room for a name. */
const NAMED = 5;

export function DutyDays({
  week,
  holidays,
  zone,
  nowMs,
}: {
  week: Week;
  holidays: readonly { date: string; name: string }[];
  zone: string;
  nowMs: number;
}) {
  const { language } = useTellingText();
  const format = formatIn(language, zone);
  return (
    <div className="duty-week" aria-hidden="true">
      <span />
      <div className="duty-days">
        {week.days.slice(0, -1).map((dayMs, place) => {
          const date = new Date(toLocalMs(zone, dayMs)).toISOString().slice(0, 10);
          const holiday = holidays.find((each) => each.date === date);
          const isToday = nowMs >= dayMs && nowMs < (week.days[place + 1] as number);
          return (
            <span
              key={dayMs}
              className={`${isToday ? 'is-today' : ''} ${holiday ? 'is-holiday' : ''}`}
              title={holiday?.name}
            >
              {format.weekday(dayMs).replace(/,? \p{L}+\.?$/u, '')}
            </span>
          );
        })}
      </div>
    </div>
  );
}

export function DutyLine({
  schedule,
  week,
  bands,
  nowMs,
  onOpen,
}: {
  schedule: DutySchedule;
  week: Week;
  bands: readonly Band[];
  nowMs: number;
  /** null for those who may not change who is on duty. */
  onOpen: ((band: Band) => void) | null;
}) {
  const { say, language } = useTellingText();
  const format = formatIn(language, schedule.zone);
  return (
    <div className="duty-line">
      {bands.map((band) => {
        const range = { from: dayAndTime(format, band.fromMs), to: dayAndTime(format, band.toMs) };
        const text =
          band.user_id === null ? say('duty.band.gap', range) : say('duty.band', { name: band.name ?? '', ...range });
        const classes = [
          band.user_id === null ? 'is-gap' : band.isOther ? 'is-other' : '',
          band.is_override ? 'is-override' : '',
        ];
        const shown = band.user_id === null ? '!' : band.width >= NAMED ? band.name : '';
        const shared = {
          className: classes.join(' '),
          style: { left: `${band.left}%`, width: `${band.width}%` },
          title: text,
        };
        return onOpen === null || band.toMs <= nowMs ? (
          <span key={band.from} {...shared} role="img" aria-label={text}>
            <span className="ellipsis">{shown}</span>
          </span>
        ) : (
          <button key={band.from} type="button" {...shared} aria-label={text} onClick={() => onOpen(band)}>
            <span className="ellipsis">{shown}</span>
          </button>
        );
      })}
      {nowMs >= week.fromMs && nowMs < week.toMs ? (
        <span className="duty-now" style={{ left: `${placeInWeek(week, nowMs)}%` }} aria-hidden="true" />
      ) : null}
    </div>
  );
}

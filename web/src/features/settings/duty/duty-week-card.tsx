// Who is on duty, a week at a time: as bands, gaps hatched; as a list on a phone.

import type { DutySchedule } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { CalendarDays, ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useMay } from '../../../api/use-api.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useMedia } from '../../../components/ui/use-media.ts';
import { useLive } from '../../../live/use-live.ts';
import { RowsSkeleton, SectionFailed } from '../section-states.tsx';
import { OpenMark } from '../telling/open-mark.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { CalendarLinkDialog } from './calendar-link-dialog.tsx';
import { type Band, dutyBands, type Week, weekOf } from './duty-bands.ts';
import { DutyDays, DutyLine } from './duty-line.tsx';
import { DutyList } from './duty-list.tsx';
import { OverrideDialog, type OverrideStart } from './override-dialog.tsx';
import { formatIn, useSchedules, useWeekDuties } from './use-duty.ts';

const NO_SCHEDULES: readonly DutySchedule[] = [];

export function DutyWeekCard({ onAdd }: { onAdd: (() => void) | null }) {
  const { say, language } = useTellingText();
  const api = useTellingApi();
  const { now } = useLive();
  const mayManage = useMay('write:machines');
  const isPhone = useMedia('(max-width: 767px)');
  const query = useSchedules();
  const schedules = query.data ?? NO_SCHEDULES;
  const zone = schedules[0]?.zone ?? 'UTC';
  const [weeks, setWeeks] = useState(0);
  const [override, setOverride] = useState<OverrideStart | null>(null);
  const [linked, setLinked] = useState<DutySchedule | null>(null);
  const week = weekOf(zone, now(), weeks);
  const duties = useWeekDuties(schedules, week);
  const calendar = useQuery({ queryKey: ['shift-calendar'], queryFn: ({ signal }) => api.shiftCalendar(signal) });
  const holidays = calendar.data?.calendar.holidays ?? [];
  const format = formatIn(language, zone);
  const bandsOf = (place: number) => dutyBands(week, duties[place]?.data ?? []);
  const open = (schedule: DutySchedule) => (band: Band) =>
    setOverride({ scheduleId: schedule.id, fromMs: Math.max(Date.parse(band.from), now()), toMs: Date.parse(band.to) });
  const gaps = schedules.flatMap((schedule) => schedule.gaps);
  return (
    <section className="card" aria-label={say('duty.title')}>
      <div className="card-head">
        <h2>{say('duty.title')}</h2>
        {schedules.length === 0 ? null : (
          <>
            <span className="caption">
              {say('duty.week', { day: format.day(week.fromMs), zone: format.zone(week.fromMs) })}
            </span>
            <span className="flex-1" />
            <WeekButtons weeks={weeks} onChange={setWeeks} />
            {mayManage ? (
              <span className="hidden tablet:inline-flex">
                <LinkButton schedules={schedules} onOpen={setLinked} />
              </span>
            ) : null}
          </>
        )}
      </div>
      {query.isError && !query.data ? <SectionFailed error={query.error} onRetry={query.refetch} /> : null}
      {query.isPending ? <RowsSkeleton /> : null}
      {query.data && schedules.length === 0 ? <NoSchedules onAdd={onAdd} /> : null}
      {schedules.length === 0 ? null : (
        <div className="duty-weeks">
          {isPhone ? null : <DutyDays week={week} holidays={holidays} zone={zone} nowMs={now()} />}
          {schedules.map((schedule, place) => (
            <Rows key={schedule.id} schedule={schedule} week={week} isPhone={isPhone}>
              {isPhone ? (
                <DutyList schedule={schedule} bands={bandsOf(place)} onOpen={mayManage ? open(schedule) : null} />
              ) : (
                <DutyLine
                  schedule={schedule}
                  week={week}
                  bands={bandsOf(place)}
                  nowMs={now()}
                  onOpen={mayManage ? open(schedule) : null}
                />
              )}
            </Rows>
          ))}
          <DutyKey hasGaps={gaps.length > 0} />
        </div>
      )}
      {override === null ? null : <OverrideDialog start={override} onClose={() => setOverride(null)} />}
      {linked === null ? null : <CalendarLinkDialog schedule={linked} onClose={() => setLinked(null)} />}
    </section>
  );
}

function Rows({
  schedule,
  week,
  isPhone,
  children,
}: {
  schedule: DutySchedule;
  week: Week;
  isPhone: boolean;
  children: ReactNode;
}) {
  const { say, language } = useTellingText();
  const format = formatIn(language, schedule.zone);
  const range = { from: format.weekday(week.fromMs), to: format.weekday(week.toMs - 1) };
  return (
    <section
      className={isPhone ? '' : 'duty-week'}
      aria-label={say('duty.week_label', { name: schedule.name, ...range })}
    >
      <span className="duty-name">{schedule.name}</span>
      {children}
    </section>
  );
}

function WeekButtons({ weeks, onChange }: { weeks: number; onChange: (weeks: number) => void }) {
  const { say } = useTellingText();
  return (
    <>
      {weeks === 0 ? null : (
        <button type="button" className="button button-quiet button-small" onClick={() => onChange(0)}>
          {say('duty.this_week')}
        </button>
      )}
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={say('duty.before')}
        onClick={() => onChange(weeks - 1)}
      >
        <ChevronLeft size={16} strokeWidth={1.5} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={say('duty.after')}
        onClick={() => onChange(weeks + 1)}
      >
        <ChevronRight size={16} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </>
  );
}

function LinkButton({
  schedules,
  onOpen,
}: {
  schedules: readonly DutySchedule[];
  onOpen: (schedule: DutySchedule) => void;
}) {
  const { say } = useTellingText();
  const [first] = schedules;
  return (
    <button type="button" className="button button-small" onClick={() => (first ? onOpen(first) : undefined)}>
      <CalendarDays size={14} strokeWidth={1.5} aria-hidden="true" />
      {say('duty.calendar_link')}
    </button>
  );
}

function NoSchedules({ onAdd }: { onAdd: (() => void) | null }) {
  const { say } = useTellingText();
  return (
    <StateMessage
      icon={CalendarDays}
      title={say('duty.none')}
      actions={
        onAdd === null ? null : (
          <button type="button" className="button" onClick={onAdd}>
            <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('duty.add')}
          </button>
        )
      }
    >
      {say('duty.none.hint')}
    </StateMessage>
  );
}

function DutyKey({ hasGaps }: { hasGaps: boolean }) {
  const { say } = useTellingText();
  return (
    <div className="duty-key">
      <span>
        <i className="key-override" aria-hidden="true" />
        {say('duty.swapped')}
      </span>
      {hasGaps ? (
        <span className="warn">
          <OpenMark />
          <i className="key-gap" aria-hidden="true" />
          {`${say('duty.gap')}. ${say('duty.gap.hint')}`}
        </span>
      ) : (
        <span>{say('duty.no_gap')}</span>
      )}
    </div>
  );
}

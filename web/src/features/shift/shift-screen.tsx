// The shift hand-over: how the shift ran, what is left for the next one, notes, and who hands over to whom. It prints on one A4.

import type { ShiftReport } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, Printer } from 'lucide-react';
import { shiftApi } from '../../api/shift-api.ts';
import { useApi } from '../../api/use-api.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { LoadFailed } from '../../components/ui/load-failed.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';
import { HowItRan } from './how-it-ran.tsx';
import { ShiftAlerts } from './shift-alerts.tsx';
import { ShiftFigures } from './shift-figures.tsx';
import { ChangedList, ToldList } from './shift-lists.tsx';
import { ShiftNotes } from './shift-notes.tsx';
import { SignOffs } from './sign-offs.tsx';
import '../../styles/alarm-pages.css';
import '../../styles/shift.css';

const REFRESH_MS = 60_000;

export function ShiftScreen() {
  const { say } = useShiftText();
  const { at = null } = useSearch({ from: '/shift' });
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['shift-report', at],
    queryFn: ({ signal }) => shiftApi(api.client).report(at, signal),
    refetchInterval: ({ state }) => (state.data?.is_over === false ? REFRESH_MS : false),
    placeholderData: (before) => before,
  });
  return (
    <div className="shift">
      <title>{`${say('shift.title')} · GONSTERS`}</title>
      {data ? (
        <Report report={data} />
      ) : (
        <section className="card" aria-busy={error === null}>
          {error === null ? (
            <div className="grid gap-3 p-4">
              <Skeleton width="40%" height={32} />
              <Skeleton width="100%" height={90} />
              <Skeleton width="100%" height={240} />
            </div>
          ) : (
            <LoadFailed title={say('shift.failed')} error={error} onRetry={refetch} />
          )}
        </section>
      )}
    </div>
  );
}

function Report({ report }: { report: ShiftReport }) {
  const { say, format } = useShiftText();
  const { shift } = report;
  const [fromMs, toMs] = [Date.parse(shift?.from ?? report.from), Date.parse(shift?.to ?? report.to)];
  const span = say('shift.span', {
    day: format.fullWeekday(fromMs),
    from: format.minute(fromMs),
    to: format.minute(toMs),
    zone: format.zone(fromMs),
  });
  const name = [
    shift?.name,
    shift?.crew === null || shift === null ? null : say('shift.crew', { crew: shift.crew }),
    span,
    report.is_over ? null : say('shift.so_far'),
  ].filter((part) => part !== null && part !== undefined);
  const by = (role: 'outgoing' | 'incoming') => report.sign_offs.find((each) => each.role === role)?.by;
  const [outgoing, incoming] = [by('outgoing'), by('incoming')];
  return (
    <>
      <div className="only-print shift-paper">
        <div>
          <h1>{say('shift.title')}</h1>
          <Logo />
        </div>
        <p>
          {name.join(', ')}. {outgoing && incoming ? say('shift.handed_over', { from: outgoing, to: incoming }) : null}
        </p>
      </div>
      <div className="page-head shift-head">
        <div className="min-w-0">
          <h1>{say('shift.title')}</h1>
          <p className="caption">{name.join(' · ')}</p>
        </div>
        <span className="flex-1" />
        <Turn at={report.previous} label={say('shift.previous')} isBack />
        <Turn at={report.next} label={say('shift.next')} />
        <button type="button" className="button button-primary" onClick={() => window.print()}>
          <Printer size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('shift.print')}
        </button>
      </div>
      {shift === null ? <p className="caption shift-hint no-print">{say('shift.eight_hours.hint')}</p> : null}
      <ShiftFigures figures={report.figures} />
      <HowItRan report={report} fromMs={fromMs} toMs={toMs} />
      <ShiftAlerts report={report} />
      <ChangedList report={report} />
      <ToldList report={report} />
      <ShiftNotes report={report} />
      <SignOffs report={report} />
    </>
  );
}

function Turn({ at, label, isBack = false }: { at: string | null; label: string; isBack?: boolean }) {
  if (at === null) return null;
  const Icon = isBack ? ChevronLeft : ChevronRight;
  return (
    <Link
      to="/shift"
      search={(search) => ({ ...keepPanelFilters(search), at })}
      className="button"
      aria-label={label}
      title={label}
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="hide-phone">{label}</span>
    </Link>
  );
}

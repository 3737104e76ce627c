// What was changed in the shift, and who was told of what: in full on the screen, in one line on paper.

import type { ShiftReport } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { serverMessage } from '../../i18n/server-message.ts';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';
import { useChangeText } from './use-change-text.ts';

const FIRST_SHOWN = 6;
const MOST_LISTED = 500;

export function ChangedList({ report }: { report: ShiftReport }) {
  const { say } = useShiftText();
  const textOf = useChangeText();
  return (
    <Lines
      title={say('shift.changed')}
      none={say('shift.changed.none')}
      truncated={report.truncated.includes('changed')}
      lines={report.changed.map((change, i) => ({
        key: `${change.at} ${i}`,
        at: change.at,
        text: textOf(change),
        by: change.by ?? '—',
      }))}
    />
  );
}

export function ToldList({ report }: { report: ShiftReport }) {
  const { t, say } = useShiftText();
  const failed = report.told.filter(({ state }) => state === 'failed').length;
  const lead = [
    report.told.length > 0 ? say('shift.told.summary', { count: report.told.length }) : null,
    failed > 0 ? say('shift.told.failed', { count: failed }) : null,
  ].filter((part) => part !== null);
  return (
    <Lines
      className="shift-told"
      title={say('shift.told')}
      lead={lead.join(', ')}
      none={say('shift.told.none')}
      truncated={report.truncated.includes('told')}
      lines={report.told.map(({ at, alert_id: alertId, person, channel, state, text }, i) => ({
        key: `${at} ${alertId} ${i}`,
        at,
        by: person ?? '—',
        text: (
          <>
            {state === 'failed' ? (
              <TriangleAlert size={13} strokeWidth={1.5} className="shift-failed" aria-hidden="true" />
            ) : null}
            <Link to="/alerts/$alertId" params={{ alertId }} search={keepPanelFilters}>
              {serverMessage(t, text)}
            </Link>{' '}
            <span className="caption">
              {channel}, {say(`shift.state.${state}`)}
            </span>
          </>
        ),
      }))}
    />
  );
}

interface Line {
  key: string;
  at: string;
  text: ReactNode;
  by: string;
}

function Lines({
  title,
  lead = '',
  none,
  lines,
  truncated,
  className = '',
}: {
  title: string;
  lead?: string;
  none: string;
  lines: readonly Line[];
  truncated: boolean;
  className?: string;
}) {
  const { say } = useShiftText();
  const [all, setAll] = useState(false);
  const id = `shift-${title.replace(/\s/g, '-')}`;
  const shown = all ? lines : lines.slice(0, FIRST_SHOWN);
  return (
    <section className={`card ${className}`} aria-labelledby={id}>
      <div className="card-head">
        <h2 id={id}>{title}</h2>
        <span className="caption">{lead}</span>
      </div>
      {lines.length === 0 ? <p className="hint">{none}</p> : <LineList lines={shown} />}
      {truncated ? <p className="hint">{say('shift.truncated', { count: MOST_LISTED })}</p> : null}
      {lines.length > shown.length ? (
        <button type="button" className="card-more" onClick={() => setAll(true)}>
          {say('shift.more', { count: lines.length - shown.length })}
        </button>
      ) : null}
    </section>
  );
}

export function LineList({ lines }: { lines: readonly Line[] }) {
  const { format } = useShiftText();
  return (
    <ul className="shift-lines">
      {lines.map(({ key, at, text, by }) => (
        <li key={key}>
          <time dateTime={at}>{format.minute(Date.parse(at))}</time>
          <span>{text}</span>
          <span className="caption">{by}</span>
        </li>
      ))}
    </ul>
  );
}

// What would have happened, as one number with the one of now struck through beside it, and whether anything would be missed.

import type { BacktestResult } from '@gonsters/contract';
import { History, RotateCcw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import { errorText } from '../../i18n/error-text.ts';
import { serverMessage } from '../../i18n/server-message.ts';
import type { BacktestRange } from './model/backtest-asked.ts';
import type { Backtest } from './use-backtest.ts';

export function VerdictCard({
  backtest,
  range,
  changed,
  hasFaults,
}: {
  backtest: Backtest;
  range: BacktestRange;
  changed: boolean;
  hasFaults: boolean;
}) {
  const { t, say } = useBacktestText();
  const { result, busy, error } = backtest;
  return (
    <section className="card" aria-label={say('bt.verdict')} aria-busy={busy} aria-live="polite">
      {hasFaults ? (
        <p className="verdict verdict-say">{say('bt.faults')}</p>
      ) : backtest.cancelled ? (
        <div className="verdict">
          <p className="verdict-say">{say('bt.cancelled')}</p>
          <button type="button" className="button button-small" onClick={backtest.again}>
            <RotateCcw size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('bt.again')}
          </button>
        </div>
      ) : busy || (result === null && error === null) ? (
        <Computing backtest={backtest} />
      ) : error !== null && error !== undefined ? (
        <StateMessage
          alert
          icon={RotateCcw}
          title={say('bt.failed')}
          actions={
            <button type="button" className="button" onClick={backtest.again}>
              {say('bt.again')}
            </button>
          }
        >
          {errorText(t, error)}
        </StateMessage>
      ) : result === null ? null : result.readings === 0 ? (
        <StateMessage icon={History} title={say('bt.too_little')}>
          {say('bt.too_little.hint')}
        </StateMessage>
      ) : (
        <Verdict result={result} range={range} changed={changed} />
      )}
    </section>
  );
}

/** Without any number: one that is not computed yet is not promised. */
function Computing({ backtest: { progress, cancel } }: { backtest: Backtest }) {
  const { say, format } = useBacktestText();
  return (
    <div className="verdict verdict-computing">
      <div className="verdict-say">
        <b>{say('bt.computing', { share: format.share(progress) })}</b> {say('bt.computing.hint')}
        <span className="verdict-bar" aria-hidden="true">
          <i style={{ width: `${Math.max(2, progress * 100)}%` }} />
        </span>
      </div>
      <button type="button" className="button button-small" onClick={cancel}>
        {say('bt.cancel')}
      </button>
    </div>
  );
}

function Verdict({ result, range, changed }: { result: BacktestResult; range: BacktestRange; changed: boolean }) {
  const { t, say, format } = useBacktestText();
  const { now, would, excursions } = result;
  const differs = changed && now.raises !== would.raises;
  const duration = (seconds: number) => format.age(seconds * 1000);
  return (
    <div className="verdict">
      <div className="verdict-big">
        <span className="number">{format.number(would.raises)}</span>
        {differs ? (
          <s>
            <span className="sr-only">{say('bt.old')} </span>
            {format.number(now.raises)}
          </s>
        ) : null}
      </div>
      <div className="verdict-say">
        <p>
          {differs
            ? say(`bt.would.${range}`, { count: would.raises, now: now.raises })
            : say(`bt.same.${range}`, { count: would.raises })}
        </p>
        <Excursions excursions={excursions} />
        {result.notes.map((note) => (
          <p key={note} className="caption">
            {serverMessage(t, note)}
          </p>
        ))}
      </div>
      <dl>
        <Pair
          label={say('bt.in_alarm')}
          now={duration(now.seconds_in_alarm)}
          would={duration(would.seconds_in_alarm)}
        />
        <Pair
          label={say('bt.chattering')}
          now={format.number(now.chattering)}
          would={format.number(would.chattering)}
        />
        <Pair
          label={say('bt.worst')}
          now={format.number(now.worst_10_minutes)}
          would={format.number(would.worst_10_minutes)}
        />
      </dl>
    </div>
  );
}

function Excursions({ excursions }: { excursions: BacktestResult['excursions'] }) {
  const { say, format } = useBacktestText();
  const { true: all, found, latest_seconds: latest, allowed_seconds: allowedSeconds } = excursions;
  const allowed = format.age(allowedSeconds * 1000);
  if (all === 0) {
    return (
      <p title={say('bt.found.none.hint')}>
        {say('bt.found.none')} <span className="sr-only">{say('bt.found.none.hint')}</span>
      </p>
    );
  }
  const isLate = latest !== null && latest > allowedSeconds;
  const time = format.age((latest ?? 0) * 1000);
  const later: ReactNode =
    latest === null || latest <= 0
      ? say('bt.found.at_once')
      : say(isLate ? 'bt.found.too_late' : 'bt.found.later', { time, allowed });
  const missed = found < all;
  return (
    <p className={missed || isLate ? 'verdict-missed' : ''}>
      {missed || isLate ? <TriangleAlert size={14} strokeWidth={1.75} aria-hidden="true" /> : null}
      {missed ? say('bt.found.some', { found, count: all }) : say('bt.found.all', { count: all })}
      {later}
    </p>
  );
}

function Pair({ label, now, would }: { label: string; now: string; would: string }) {
  const { say } = useBacktestText();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {now === would ? null : (
          <s>
            <span className="sr-only">{say('bt.old')} </span>
            {now}
          </s>
        )}
        {would}
      </dd>
    </div>
  );
}

// The raises of a back-test, each with what the edited limits would do to it and why.

import type { BacktestRaise, BacktestResult } from '@gonsters/contract';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { saveBlob } from '../../api/http/file-target.ts';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { Segments } from '../../components/ui/form/segments.tsx';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import { raisesCsv } from './model/raises-csv.ts';
import { chosenRaises, countRaises, type RaiseChoice } from './model/ring-times.ts';

const PAGE = 12;

export function RaisesCard({
  result,
  names,
  view,
  metric,
}: {
  result: BacktestResult | null;
  names: ReadonlyMap<string, string>;
  view: MetricView;
  metric: string;
}) {
  const { t, say, format } = useBacktestText();
  const [choice, setChoice] = useState<RaiseChoice>('all');
  const [most, setMost] = useState(PAGE);
  if (result === null || result.readings === 0) return null;
  const counts = countRaises(result.raises);
  const chosen = chosenRaises(result.raises, choice);
  const choices = (['all', 'stay', 'gone', 'new'] as const).filter((each) => each !== 'new' || counts.new > 0);
  const hasMany = names.size > 1;
  const stamp = (time: string) => `${format.weekday(Date.parse(time))}, ${format.clock(Date.parse(time))}`;
  return (
    <section className="card overflow-hidden" aria-labelledby="bt-raises">
      <div className="card-head bt-raises-head">
        <h2 id="bt-raises">{say('bt.raises')}</h2>
        <div className="scroll-x">
          <Segments
            label={say('bt.raises.which')}
            value={choice}
            choices={choices.map((value) => ({ value, label: say(`bt.raises.${value}`, { count: counts[value] }) }))}
            onChoose={(next) => {
              setChoice(next);
              setMost(PAGE);
            }}
          />
        </div>
        <span className="flex-1" />
        {result.raises.length > 0 ? (
          <button
            type="button"
            className="button button-quiet button-small hide-phone"
            onClick={() => saveBlob(raisesCsv(result, names, view), `backtest-${metric}.csv`)}
          >
            <Download size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('bt.raises.csv')}
          </button>
        ) : null}
      </div>
      {chosen.length === 0 ? (
        <p className="hint">{say('bt.raises.none')}</p>
      ) : (
        <table className="plain-table" aria-labelledby="bt-raises">
          <thead>
            <tr>
              <th scope="col">{say('bt.raises.start', { zone: format.zone(Date.parse(result.to)) })}</th>
              {hasMany ? <th scope="col">{say('bt.raises.machine')}</th> : null}
              <th scope="col" className="right">
                {say('bt.raises.lasted')}
              </th>
              <th scope="col" className="right">
                {say('bt.raises.peak')}
              </th>
              <th scope="col" className="hide-phone">
                {say('bt.raises.found')}
              </th>
              <th scope="col">{say('bt.raises.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {chosen.slice(0, most).map((raise) => (
              <tr
                key={`${raise.machine_id} ${raise.raised_at} ${raise.limit_kind}`}
                className={raise.kept ? '' : 'is-gone'}
              >
                <td className="strong">{stamp(raise.raised_at)}</td>
                {hasMany ? <td className="id">{names.get(raise.machine_id) ?? '—'}</td> : null}
                <td className="right">
                  {raise.cleared_at === null
                    ? say('bt.raises.still_on')
                    : format.age(Date.parse(raise.cleared_at) - Date.parse(raise.raised_at))}
                </td>
                <td className="right">
                  <b>{raise.peak === null ? '–' : format.number(view.toShown(raise.peak), view.decimals)}</b>
                </td>
                <td className="hide-phone">{found(raise)}</td>
                <td>{becomes(raise)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result.truncated ? <p className="hint">{say('bt.raises.truncated', { count: result.raises.length })}</p> : null}
      {chosen.length > most ? (
        <button type="button" className="card-more" onClick={() => setMost(most + 10 * PAGE)}>
          {say('bt.raises.more', { count: chosen.length - most })}
        </button>
      ) : null}
    </section>
  );

  function found({ found_after_seconds: seconds }: BacktestRaise): string {
    if (seconds === null) return '–';
    if (Math.abs(seconds) < 1) return say('bt.raises.same_time');
    return say(seconds > 0 ? 'bt.raises.later' : 'bt.raises.earlier', { time: format.age(Math.abs(seconds) * 1000) });
  }

  function becomes(raise: BacktestRaise): string {
    const { reason_code: code } = raise;
    if (raise.change === 'gone')
      return say('bt.raises.gone_because', { reason: code === null ? '—' : say(`bt.reason.${code}`) });
    const parts = [
      t(`status.${raise.severity}`),
      raise.change === 'new' ? say('bt.raises.is_new') : null,
      raise.instead_of > 1 ? say('bt.raises.instead', { count: raise.instead_of }) : null,
    ].filter((part) => part !== null);
    return parts.join(', ');
  }
}

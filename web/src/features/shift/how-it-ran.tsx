// How the machines of each location ran: a band of height and grey, the share of the time, and what they made.

import type { ShiftReport } from '@gonsters/contract';
import { useShiftText } from '../../i18n/shift/use-shift-text.ts';
import { type BandPart, bandParts } from './shift-model.ts';

const MARKS: Record<BandPart['state'], string> = {
  running: 'state-running',
  partly: 'state-idle',
  stopped: 'state-stopped',
  no_data: 'state-none',
  to_come: 'state-to-come',
};

export function HowItRan({ report, fromMs, toMs }: { report: ShiftReport; fromMs: number; toMs: number }) {
  const { say, format } = useShiftText();
  const known = report.locations.filter(({ bands }) => bands.some(({ state }) => state !== 'no_data'));
  const states = new Set(known.flatMap(({ bands }) => bands.map(({ state }) => state)));
  return (
    <section className="card" aria-labelledby="shift-how">
      <div className="card-head">
        <h2 id="shift-how">{say('shift.how')}</h2>
        <span className="caption">{say('shift.how.lead')}</span>
      </div>
      {known.length === 0 ? (
        <p className="hint">{say('shift.how.none')}</p>
      ) : (
        <div className="shift-bands-room">
          <table className="shift-bands" aria-labelledby="shift-how">
            <thead>
              <tr>
                <th scope="col">{say('shift.location')}</th>
                <th scope="col">
                  {format.minute(fromMs)} – {format.minute(toMs)}
                </th>
                <th scope="col" className="right">
                  {say('shift.running')}
                </th>
                <th scope="col" className="right">
                  {say('shift.parts')}
                </th>
              </tr>
            </thead>
            <tbody>
              {known.map(({ location, running_share: share, parts, bands }) => (
                <tr key={location}>
                  <th scope="row">{location}</th>
                  <td className="shift-band-cell">
                    <Band parts={bandParts(bands, { fromMs, toMs })} />
                  </td>
                  <td className="right">{share === null ? '–' : format.share(Math.round(share * 100) / 100)}</td>
                  <td className="right">{parts === null ? '–' : format.number(parts)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="state-key" aria-hidden="true">
            {(['running', 'partly', 'stopped', 'no_data'] as const)
              .filter((state) => states.has(state))
              .map((state) => (
                <span key={state}>
                  <i className={`state-run ${MARKS[state]}`} />
                  {say(`shift.band.${state}`)}
                </span>
              ))}
          </p>
        </div>
      )}
    </section>
  );
}

function Band({ parts }: { parts: readonly BandPart[] }) {
  const { say, format } = useShiftText();
  const what = ({ state, fromMs, toMs }: BandPart) =>
    state === 'to_come'
      ? ''
      : say('shift.band.what', {
          state: say(`shift.band.${state}`),
          from: format.minute(fromMs),
          to: format.minute(toMs),
        });
  const words = parts.map(what).filter((text) => text !== '');
  return (
    <div className="state-band" role="img" aria-label={words.join('; ')}>
      {parts.map((part) => (
        <i
          key={part.key}
          className={`state-run ${MARKS[part.state]}`}
          style={{ flexGrow: part.toMs - part.fromMs }}
          title={what(part)}
        />
      ))}
    </div>
  );
}

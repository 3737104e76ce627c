// Quiet hours: when only critical alerts come through, with the day as a band.

import type { ContactPreferences, QuietHours } from '@gonsters/contract';
import { useState } from 'react';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { browserZone, offsetText } from '../../../i18n/zone.ts';
import { formatIn } from '../duty/use-duty.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { minutesOf, quietParts } from './quiet-band.ts';

const USUAL = { from: '22:00', to: '05:30' };
const AXIS = ['00:00', '06:00', '12:00', '18:00', '24:00'];

export function QuietHoursCard({
  quiet,
  mayChange,
  onChange,
}: {
  quiet: QuietHours | null;
  mayChange: boolean;
  onChange: (part: Pick<ContactPreferences, 'quiet_hours'>) => void;
}) {
  const { say, language } = useTellingText();
  const [typed, setTyped] = useState<{ from: string; to: string } | null>(null);
  const shown = typed ?? quiet ?? USUAL;
  const zone = quiet?.zone ?? browserZone();
  const zoneName = `${formatIn(language, zone).zone(Date.now())}, ${offsetText(zone, Date.now())}`;
  const put = (part: Partial<QuietHours>) => {
    const next = { from: shown.from, to: shown.to, ...part };
    setTyped(next);
    const isRight = !Number.isNaN(minutesOf(next.from)) && !Number.isNaN(minutesOf(next.to)) && next.from !== next.to;
    if (isRight) onChange({ quiet_hours: { ...next, zone } });
  };
  const time = (end: 'from' | 'to') => (
    <label className="input">
      <span className="sr-only">{`${say('told.quiet')} ${say(`told.quiet.${end}`)}`}</span>
      <input
        type="time"
        value={shown[end]}
        disabled={!mayChange}
        onChange={(event) => put({ [end]: event.target.value })}
      />
      <span className="suffix" aria-hidden="true">
        {say(`told.quiet.${end}`)}
      </span>
    </label>
  );
  return (
    <section className="card" aria-label={say('told.quiet')}>
      <div className="card-head">
        <h2>{say('told.quiet')}</h2>
        <span className="flex-1" />
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            aria-label={say('told.quiet')}
            aria-checked={quiet !== null}
            checked={quiet !== null}
            disabled={!mayChange}
            onChange={() => {
              setTyped(null);
              onChange({ quiet_hours: quiet === null ? { ...USUAL, zone: browserZone() } : null });
            }}
          />
        </label>
      </div>
      <div className="quiet-body">
        {quiet === null ? (
          <span className="caption">{say('told.quiet.off')}</span>
        ) : (
          <>
            <div className="quiet-times">
              {time('from')}
              {time('to')}
            </div>
            {shown.from === shown.to ? <FaultText>{say('told.quiet.same')}</FaultText> : null}
            <div>
              <div
                className="day-band"
                role="img"
                aria-label={say('told.quiet.band', { from: shown.from, to: shown.to })}
              >
                {quietParts(shown.from, shown.to).map(({ left, width }) => (
                  <i key={left} style={{ left: `${left}%`, width: `${width}%` }} />
                ))}
              </div>
              <div className="day-axis" aria-hidden="true">
                {AXIS.map((hour) => (
                  <span key={hour}>{hour}</span>
                ))}
              </div>
            </div>
            <span className="caption">{say('told.quiet.hint', { time: shown.to, zone: zoneName })}</span>
          </>
        )}
      </div>
    </section>
  );
}

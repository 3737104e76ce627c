// What became of the messages of a stream, for those who may not see payloads.

import type { IncomingStream } from '@gonsters/contract';
import { EyeOff } from 'lucide-react';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { refusalText } from '../list/stream-text.ts';
import { useIncomingText } from '../use-incoming-text.ts';

export function RefusalCounts({ stream }: { stream: IncomingStream }) {
  const texts = useIncomingText();
  const { say, format } = texts;
  const { outcome, refusals, metrics } = stream;
  return (
    <div className="message-counts">
      <dl>
        {(['stored', 'partly', 'refused', 'ignored'] as const).map((name) => (
          <div key={name}>
            <dt className="caption">{say(`count.${name}`)}</dt>
            <dd className="number">{format.number(outcome[name])}</dd>
          </div>
        ))}
      </dl>
      <ul>
        {refusals.map(({ reason, count, last_at: lastAt }) => (
          <li key={reason}>
            <b className="number">{format.number(count)}</b> {refusalText(texts, reason)},{' '}
            {say('count.last', { time: format.moment(Date.parse(lastAt)) })}
          </li>
        ))}
      </ul>
      {metrics.length === 0 ? null : (
        <p className="caption message-metrics">{say('count.metrics', { names: metrics.join(', ') })}</p>
      )}
      <StateMessage icon={EyeOff} title={say('payload.hidden')}>
        {say('payload.hidden.hint')}
      </StateMessage>
    </div>
  );
}

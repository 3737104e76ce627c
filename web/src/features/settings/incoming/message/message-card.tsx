// One kind of what arrives: its newest messages, each with its content and what was refused of it.

import type { IncomingStream, IncomingStreamReply } from '@gonsters/contract';
import { ChevronLeft, ChevronRight, EyeOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../../../api/use-api.ts';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { refusalText, senderText } from '../list/stream-text.ts';
import { parsePayload } from '../model/message-tree.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { MessageTree } from './message-tree.tsx';

export function MessageCard({
  detail,
  onBack,
  onHold,
}: {
  detail: IncomingStreamReply;
  /** To the list, where it is not beside. */
  onBack: () => void;
  /** The messages are looked at: they stay as they are. */
  onHold: () => void;
}) {
  const { stream } = detail;
  const maySee = useMay('write:machines');
  return (
    <section className="card" aria-label={stream.topic}>
      {maySee ? (
        <Messages key={stream.id} detail={detail} onBack={onBack} onHold={onHold} />
      ) : (
        <>
          <Head stream={stream} topic={stream.topic} receivedAt={stream.last_at} onBack={onBack} />
          <Counts stream={stream} />
        </>
      )}
    </section>
  );
}

/** For those who may not see payloads: what became of the messages, and why. */
function Counts({ stream }: { stream: IncomingStream }) {
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
      {metrics.length === 0 ? null : <p className="caption">{say('count.metrics', { names: metrics.join(', ') })}</p>}
      <StateMessage icon={EyeOff} title={say('payload.hidden')}>
        {say('payload.hidden.hint')}
      </StateMessage>
    </div>
  );
}

function Head({
  stream,
  topic,
  receivedAt,
  onBack,
  children,
}: {
  stream: IncomingStream;
  topic: string;
  receivedAt: string;
  onBack: () => void;
  children?: ReactNode;
}) {
  const texts = useIncomingText();
  return (
    <div className="card-head message-head">
      <button
        type="button"
        className="button button-quiet button-icon button-small message-back"
        aria-label={texts.say('back')}
        onClick={onBack}
      >
        <ChevronLeft size={16} strokeWidth={1.5} />
      </button>
      <h2 className="id">{topic}</h2>
      <span className="caption message-sender">
        {senderText(texts, stream)} · {texts.format.moment(Date.parse(receivedAt))}
      </span>
      <div className="message-steps">{children}</div>
    </div>
  );
}

function Messages({ detail, onBack, onHold }: { detail: IncomingStreamReply; onBack: () => void; onHold: () => void }) {
  const texts = useIncomingText();
  const { say } = texts;
  const { stream, messages } = detail;
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<string | null>(null);
  const message = messages[at];
  if (message === undefined) return <StateMessage icon={EyeOff} title={say('payload.none')} />;
  const payload = parsePayload(message.payload ?? '');
  const show = (index: number) => {
    onHold();
    setAt(index);
  };
  return (
    <>
      <Head stream={stream} topic={message.topic} receivedAt={message.received_at} onBack={onBack}>
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('message.older')}
          disabled={at >= messages.length - 1}
          onClick={() => show(at + 1)}
        >
          <ChevronLeft size={16} strokeWidth={1.5} />
        </button>
        <span className="caption message-place" role="status">
          {say('message.of', { at: at + 1, count: messages.length })}
        </span>
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('message.newer')}
          disabled={at === 0}
          onClick={() => show(at - 1)}
        >
          <ChevronRight size={16} strokeWidth={1.5} />
        </button>
      </Head>
      <ul className="preview-faults message-faults">
        {message.faults.map(({ reason, field, value }) => (
          <li key={`${reason} ${field}`}>
            <span>
              {field === '' ? null : <span className="id">{field}: </span>}
              {refusalText(texts, reason)}
              {value === null ? null : <span className="id"> ({String(value)})</span>}
            </span>
          </li>
        ))}
      </ul>
      {payload === undefined ? (
        <>
          <pre className="message-raw">{message.payload}</pre>
          <p className="caption incoming-note">{say('payload.not_json')}</p>
        </>
      ) : (
        <MessageTree payload={payload} chosen={chosen} becomes={() => null} onChoose={({ key }) => setChosen(key)} />
      )}
    </>
  );
}

// The head of a message: its topic, who sent it, and the way to older and newer ones.

import type { IncomingStream } from '@gonsters/contract';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { senderText } from '../list/stream-text.ts';
import { useIncomingText } from '../use-incoming-text.ts';

export function MessageHead({
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
  /** What is at the right. */
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

/** From the newest, which is the first. */
export function MessageSteps({ at, count, onShow }: { at: number; count: number; onShow: (at: number) => void }) {
  const { say } = useIncomingText();
  return (
    <>
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={say('message.older')}
        disabled={at >= count - 1}
        onClick={() => onShow(at + 1)}
      >
        <ChevronLeft size={16} strokeWidth={1.5} />
      </button>
      <span className="caption message-place" role="status">
        {say('message.of', { at: at + 1, count })}
      </span>
      <button
        type="button"
        className="button button-quiet button-icon button-small"
        aria-label={say('message.newer')}
        disabled={at === 0}
        onClick={() => onShow(at - 1)}
      >
        <ChevronRight size={16} strokeWidth={1.5} />
      </button>
    </>
  );
}

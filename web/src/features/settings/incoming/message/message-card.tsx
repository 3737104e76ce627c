// One stream: its messages and what they become, or, for those who may not see them, counts and reasons.

import type { IncomingStreamReply } from '@gonsters/contract';
import { useMay } from '../../../../api/use-api.ts';
import { MessageHead } from './message-head.tsx';
import { MessageMapping } from './message-mapping.tsx';
import { RefusalCounts } from './refusal-counts.tsx';

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
  return (
    <section className="card" aria-label={stream.topic}>
      {useMay('write:machines') ? (
        <MessageMapping key={stream.id} detail={detail} onBack={onBack} onHold={onHold} />
      ) : (
        <>
          <MessageHead stream={stream} topic={stream.topic} receivedAt={stream.last_at} onBack={onBack} />
          <RefusalCounts stream={stream} />
        </>
      )}
    </section>
  );
}

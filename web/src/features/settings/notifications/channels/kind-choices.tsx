// The kinds of channels to choose from.

import { CHANNEL_KINDS, type ChannelKind } from '@gonsters/contract';
import { ChannelIcon } from '../../telling/channel-icon.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';

export function KindChoices({ onChoose }: { onChoose: (kind: ChannelKind) => void }) {
  const { say } = useTellingText();
  return (
    <div className="kind-choices">
      {CHANNEL_KINDS.map((kind) => (
        <button key={kind} type="button" className="kind-choice" onClick={() => onChoose(kind)}>
          <ChannelIcon kind={kind} />
          <span className="min-w-0">
            <b>{say(`kind.${kind}`)}</b>
            <span className="caption">{say(`kind.${kind}.about`)}</span>
          </span>
        </button>
      ))}
    </div>
  );
}

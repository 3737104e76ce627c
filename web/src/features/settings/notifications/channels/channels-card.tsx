// The channels: each with its last proof, a test, and whether it is switched on.

import type { NotificationChannel } from '@gonsters/contract';
import { BellRing, Plus } from 'lucide-react';
import { useState } from 'react';
import { StateMessage } from '../../../../components/ui/state-message.tsx';
import { SecretDialog } from '../../secret-dialog.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelRow } from './channel-row.tsx';
import { useChannelTest } from './use-channel-test.ts';

export function ChannelsCard({ channels, address }: { channels: readonly NotificationChannel[]; address: string }) {
  const { say, t } = useTellingText();
  const [editing, setEditing] = useState<NotificationChannel | 'new' | null>(null);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const tests = useChannelTest();
  const add = (primary: boolean) => (
    <button
      type="button"
      className={`button ${primary ? 'button-primary' : 'button-small'}`}
      onClick={() => setEditing('new')}
    >
      <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
      {say('channels.add')}
    </button>
  );
  return (
    <section className="card" aria-label={say('channels.title')}>
      <div className="card-head">
        <h2>{say('channels.title')}</h2>
        <span className="caption hidden tablet:inline">{channels.length === 0 ? null : say('channels.hint')}</span>
        <span className="flex-1" />
        {channels.length === 0 ? null : add(false)}
      </div>
      {channels.length === 0 ? (
        <StateMessage icon={BellRing} title={say('channels.none')} actions={add(true)}>
          {say('channels.none.hint')}
        </StateMessage>
      ) : (
        <ul>
          {channels.map((channel) => (
            <ChannelRow
              key={channel.id}
              channel={channel}
              address={address}
              tests={tests}
              onEdit={() => setEditing(channel)}
              onSecret={(secret) => setMade({ name: channel.name, secret })}
            />
          ))}
        </ul>
      )}
      {editing === null ? null : (
        <ChannelDialog
          channel={editing === 'new' ? null : editing}
          onSaved={({ name, secret }) => (secret === null ? undefined : setMade({ name, secret }))}
          onClose={() => setEditing(null)}
        />
      )}
      {made === null ? null : (
        <SecretDialog
          title={made.name}
          lead={t('secret.lead')}
          stored={t('secret.stored')}
          secrets={[{ label: t('secret.secret'), value: made.secret }]}
          onClose={() => setMade(null)}
        />
      )}
    </section>
  );
}

// One channel: what it is, when it last worked, and what can be done with it.

import type { NotificationChannel } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { MenuItem, MoreMenu } from '../../../../components/ui/more-menu.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { ConfirmDialog } from '../../confirm-dialog.tsx';
import { managementFaultText } from '../../management-fault.ts';
import { ChannelIcon } from '../../telling/channel-icon.tsx';
import { OpenMark } from '../../telling/open-mark.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { channelProof } from './channel-proof.ts';
import { TestDialog } from './test-dialog.tsx';
import { CHANNELS_KEY, type ChannelTests } from './use-channel-test.ts';

export function ChannelRow({
  channel,
  address,
  tests,
  onEdit,
  onSecret,
}: {
  channel: NotificationChannel;
  /** To which a test by e-mail goes, unless another one is entered. */
  address: string;
  tests: ChannelTests;
  onEdit: () => void;
  onSecret: (secret: string) => void;
}) {
  const { say, t, format } = useTellingText();
  const api = useTellingApi();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'test' | 'remove' | null>(null);
  const [busy, setBusy] = useState(false);
  const { name } = channel;
  const isFixed = channel.settings === null;
  const test = tests.of(channel.id);
  const proof = channelProof(say, format, channel, Date.now());
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await queries.invalidateQueries({ queryKey: CHANNELS_KEY });
    setBusy(false);
  };
  const startTest = () => {
    if (channel.needs_contact) setDialog('test');
    else void tests.run(channel.id);
  };
  const rotate = async () => {
    const { secret } = await api.rotateChannel(channel.id);
    if (secret !== null) onSecret(secret);
  };
  return (
    <li className={`channel-row ${channel.is_active ? '' : 'is-off'}`}>
      <ChannelIcon kind={channel.kind} />
      <div className="min-w-0">
        <h3>{name}</h3>
        <span className="caption block">
          {[
            channel.description,
            channel.buttons ? say('channels.with_button') : '',
            isFixed ? say('channels.from_environment') : '',
          ]
            .filter((part) => part !== '')
            .join(', ')}
        </span>
      </div>
      <div className="channel-proof">
        {proof.fault === null ? null : (
          <span className="channel-fails">
            <OpenMark />
            <span>{proof.fault}</span>
          </span>
        )}
        {proof.sentence === null ? null : (
          <span>
            {proof.word === null ? null : <b>{proof.word} </b>}
            {proof.sentence}
          </span>
        )}
        {proof.figures === '' ? null : <span>{proof.figures}</span>}
        <span role="status">
          {test === null || test.text === '' ? null : test.isAccepted ? (
            <b>{test.text}</b>
          ) : (
            <FaultText>{test.text}</FaultText>
          )}
        </span>
      </div>
      <div className="channel-tools">
        <button
          type="button"
          className="button button-small"
          disabled={!channel.is_active || test?.isBusy === true}
          aria-label={say('channels.test.title', { name })}
          onClick={startTest}
        >
          {say(test?.isBusy === true ? 'channels.testing' : 'channels.test')}
        </button>
        {isFixed ? null : (
          <>
            <MoreMenu label={say('channels.more', { name })}>
              <MenuItem icon={Pencil} onSelect={onEdit}>
                {say('channels.edit')}
              </MenuItem>
              {channel.kind === 'webhook' || channel.kind === 'whatsapp' ? (
                <MenuItem icon={KeyRound} onSelect={() => void act(rotate)}>
                  {say('channels.rotate')}
                </MenuItem>
              ) : null}
              <MenuItem icon={Trash2} onSelect={() => setDialog('remove')}>
                {say('channels.remove')}
              </MenuItem>
            </MoreMenu>
            <label className="switch">
              <input
                type="checkbox"
                role="switch"
                aria-label={name}
                aria-checked={channel.is_active}
                checked={channel.is_active}
                disabled={busy}
                onChange={() => void act(() => api.changeChannel(channel.id, { is_active: !channel.is_active }))}
              />
            </label>
          </>
        )}
      </div>
      {dialog === 'test' ? (
        <TestDialog channel={channel} address={address} tests={tests} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'remove' ? (
        <ConfirmDialog
          title={say('channels.remove.title', { name })}
          confirm={say('channels.remove')}
          run={async () => {
            await api.removeChannel(channel.id);
            await queries.invalidateQueries({ queryKey: CHANNELS_KEY });
            toast.success(say('channels.removed', { name }));
          }}
          onClose={() => setDialog(null)}
        >
          <p>{say('channels.remove.hint')}</p>
        </ConfirmDialog>
      ) : null}
    </li>
  );
}

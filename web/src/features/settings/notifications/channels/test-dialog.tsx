// A test of a channel that needs an address: to whom, and what the other side answered.

import type { NotificationChannel } from '@gonsters/contract';
import { useState } from 'react';
import { FormDialog } from '../../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { TextField } from '../../../../components/ui/form/text-field.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import type { ChannelTests } from './use-channel-test.ts';

export function TestDialog({
  channel,
  address,
  tests,
  onClose,
}: {
  channel: NotificationChannel;
  address: string;
  tests: ChannelTests;
  onClose: () => void;
}) {
  const { say } = useTellingText();
  const [contact, setContact] = useState(channel.kind === 'email' ? address : '');
  const [fault, setFault] = useState('');
  const [sent, setSent] = useState(false);
  const result = tests.of(channel.id);
  const isBusy = result?.isBusy === true;
  const send = async () => {
    setFault('');
    setFault(await tests.run(channel.id, contact.trim()));
    setSent(true);
  };
  return (
    <FormDialog
      title={say('channels.test.title', { name: channel.name })}
      submitLabel={say(isBusy ? 'channels.testing' : 'channels.test.send')}
      canSubmit={contact.trim() !== ''}
      busy={isBusy}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField
        label={say('channels.test.to')}
        hint={channel.address_hint}
        fault={fault}
        value={contact}
        onChange={setContact}
      />
      <div role="status">
        {!sent || result === null || result.text === '' ? null : result.isAccepted ? (
          <p>{result.text}</p>
        ) : (
          <FaultText>{result.text}</FaultText>
        )}
      </div>
    </FormDialog>
  );
}

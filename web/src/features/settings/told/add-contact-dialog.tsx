// Adds a contact point: by which channel, and where.

import type { ContactChannel } from '@gonsters/contract';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { useFormSubmit } from '../use-form-submit.ts';

export function AddContactDialog({
  who,
  channels,
  onAdded,
  onLink,
  onClose,
}: {
  who: string;
  channels: readonly ContactChannel[];
  onAdded: () => Promise<void>;
  /** The link that proves the contact point, where it has one. */
  onLink: (contactId: string, link: string) => void;
  onClose: () => void;
}) {
  const { say } = useTellingText();
  const api = useTellingApi();
  const form = useFormSubmit();
  // A browser is added where it is.
  const offered = channels.filter(({ kind }) => kind !== 'web_push');
  const [id, setId] = useState(offered[0]?.id ?? '');
  const [address, setAddress] = useState('');
  const [label, setLabel] = useState('');
  const channel = offered.find((each) => each.id === id);
  const hasLink = channel?.has_link === true;
  // Somebody may know the address, such as that of a group.
  const [byLink, setByLink] = useState(true);
  const isByLink = hasLink && byLink;
  const needsAddress = channel?.needs_contact === true && !isByLink;
  const save = () =>
    form.submit({}, async () => {
      const { contact, sent, link } = await api.addContact(who, {
        channel_id: id,
        ...(isByLink ? { by_link: true } : {}),
        address: needsAddress ? address.trim() : '',
        label: label.trim() === '' ? null : label.trim(),
      });
      if (link !== null) onLink(contact.id, link);
      await onAdded();
      onClose();
      if (sent?.result === 'accepted') toast.success(say('told.code.sent', { response: sent.response }));
      else if (sent) toast.error(say('told.code.failed', { response: sent.response }));
    });
  const { faults } = form;
  return (
    <FormDialog
      title={say('told.add.title')}
      lead={say(isByLink ? 'told.add.lead_link' : 'told.add.lead')}
      submitLabel={say(isByLink ? 'told.add.make_link' : 'told.add.send')}
      canSubmit={channel !== undefined && (!needsAddress || address.trim() !== '')}
      busy={form.busy}
      unsaved={address.trim() !== ''}
      onSubmit={save}
      onClose={onClose}
    >
      <SelectField
        label={say('told.add.channel')}
        fault={faults.channel_id}
        value={id}
        choices={offered.map((each) => ({ value: each.id, label: each.name }))}
        onChange={setId}
      />
      {hasLink ? (
        <label className="check">
          <input type="checkbox" checked={!byLink} onChange={(event) => setByLink(!event.target.checked)} />
          {say('told.add.knows_address')}
        </label>
      ) : null}
      {needsAddress ? (
        <TextField
          label={say('told.add.address')}
          hint={channel.address_hint}
          fault={faults.address}
          value={address}
          onChange={setAddress}
        />
      ) : faults.address ? (
        <FaultText>{faults.address}</FaultText>
      ) : null}
      <TextField
        label={say('told.add.label')}
        hint={say('told.add.label.hint')}
        maxLength={100}
        fault={faults.label}
        value={label}
        onChange={setLabel}
      />
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
    </FormDialog>
  );
}

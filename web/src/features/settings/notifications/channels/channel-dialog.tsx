// Sets up a channel: first its kind, then the few fields it needs, and where to get them. Or changes one that exists.

import type { ChannelKind, NotificationChannel } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { Dialog } from '../../../../components/ui/dialog/dialog.tsx';
import { FormDialog } from '../../../../components/ui/dialog/form-dialog.tsx';
import { CopyField } from '../../../../components/ui/form/copy-field.tsx';
import { FaultText } from '../../../../components/ui/form/field.tsx';
import { TextField } from '../../../../components/ui/form/text-field.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { useFormSubmit } from '../../use-form-submit.ts';
import { type ChannelDraft, isComplete, newDraft, settingsChange, settingsOf } from './channel-draft.ts';
import { ChannelFields } from './channel-fields-form.tsx';
import { KindChoices } from './kind-choices.tsx';
import { CHANNELS_KEY } from './use-channel-test.ts';

interface Saved {
  name: string;
  /** Shown only once. */
  secret: string | null;
}

export function ChannelDialog({
  channel,
  onSaved,
  onClose,
}: {
  /** null for a new one. */
  channel: NotificationChannel | null;
  onSaved: (saved: Saved) => void;
  onClose: () => void;
}) {
  const { say } = useTellingText();
  const [kind, setKind] = useState<ChannelKind | null>(channel?.kind ?? null);
  if (kind !== null) {
    const form = { channel, kind, onSaved, onClose };
    return <ChannelForm key={kind} {...form} onBack={channel === null ? () => setKind(null) : null} />;
  }
  return (
    <Dialog wide title={say('channels.choose')} lead={say('channels.choose.lead')} onClose={onClose}>
      <KindChoices onChoose={setKind} />
    </Dialog>
  );
}

function ChannelForm({
  channel,
  kind,
  onBack,
  onSaved,
  onClose,
}: {
  channel: NotificationChannel | null;
  kind: ChannelKind;
  onBack: (() => void) | null;
  onSaved: (saved: Saved) => void;
  onClose: () => void;
}) {
  const { say } = useTellingText();
  const api = useTellingApi();
  const queries = useQueryClient();
  const [stored] = useState(() => channel?.settings ?? {});
  // “E-mail” is the name of the mail server that the environment sets.
  const usual = kind === 'email' ? say('field.host') : say(`kind.${kind}`);
  const [draft, setDraft] = useState<ChannelDraft>(() => newDraft(kind, channel?.name ?? usual, stored));
  const [touched, setTouched] = useState(false);
  const form = useFormSubmit();
  const name = draft.name.trim();
  const change = (next: ChannelDraft) => {
    setTouched(true);
    setDraft(next);
  };
  const save = () =>
    form.submit({}, async () => {
      let secret: string | null = null;
      if (channel === null) {
        ({ secret } = await api.addChannel({ kind, name, settings: settingsOf(draft) }));
      } else {
        const settings = settingsChange(draft, stored);
        await api.changeChannel(channel.id, {
          ...(name === channel.name ? {} : { name }),
          ...(Object.keys(settings).length === 0 ? {} : { settings }),
          version: channel.version,
        });
      }
      await queries.invalidateQueries({ queryKey: CHANNELS_KEY });
      toast.success(say('channels.saved', { name }));
      onClose();
      onSaved({ name, secret });
    });
  const general = form.faults[''] ?? form.faults.settings;
  return (
    <FormDialog
      title={channel?.name ?? say(`kind.${kind}`)}
      submitLabel={say('channels.save')}
      canSubmit={isComplete(draft)}
      busy={form.busy}
      unsaved={touched}
      otherAction={
        onBack === null ? null : (
          <button type="button" className="button button-quiet foot-left" disabled={form.busy} onClick={onBack}>
            {say('channels.back')}
          </button>
        )
      }
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        label={say('channels.name')}
        hint={say('channels.name.hint')}
        fault={form.faults.name}
        value={draft.name}
        onChange={(next) => change({ ...draft, name: next })}
      />
      <ChannelFields draft={draft} faults={form.faults} onChange={change} />
      {channel?.hook_path ? (
        <CopyField
          label={say('channels.callback', { name: say(`kind.${kind}`) })}
          text={`${window.location.origin}${channel.hook_path}`}
          hint={say('channels.callback.hint', { name: say(`kind.${kind}`) })}
        />
      ) : null}
      <div className="how-to">
        <span className="label">{say('channels.how')}</span>
        <ol>
          {say(`how.${kind}`)
            .split('\n')
            .map((step) => (
              <li key={step}>{step}</li>
            ))}
        </ol>
      </div>
      {general ? <FaultText>{general}</FaultText> : null}
    </FormDialog>
  );
}

// A form of settings: loads them, holds a draft, and saves what changed.

import type { SettingView } from '@gonsters/contract';
import { type FormEvent, type ReactNode, useId } from 'react';
import { SaveBar } from '../../../components/ui/form/save-bar.tsx';
import { useConnection } from '../../../live/use-live.ts';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { countFaults } from './setting-draft.ts';
import { type SettingDraft, useSettingDraft, useSettings } from './use-setting-draft.ts';

type Fields = (draft: SettingDraft) => ReactNode;

export function SettingsForm({ children }: { children: Fields }) {
  const settings = useSettings();
  if (settings.data) return <DraftForm views={settings.data}>{children}</DraftForm>;
  if (settings.isError) {
    return (
      <section className="card">
        <SectionFailed error={settings.error} onRetry={settings.refetch} />
      </section>
    );
  }
  return <FormSkeleton />;
}

function DraftForm({ views, children }: { views: readonly SettingView[]; children: Fields }) {
  const draft = useSettingDraft(views);
  const form = useId();
  const offline = useConnection().phase === 'offline';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.changes.length > 0 && draft.faults.size === 0) void draft.save();
  };
  return (
    <form id={form} noValidate className="settings-form" onSubmit={submit}>
      {children(draft)}
      {draft.edited === 0 ? null : (
        <SaveBar
          form={form}
          changes={draft.edited}
          faults={countFaults(draft.faults)}
          busy={draft.saving}
          offline={offline}
          onDiscard={draft.discard}
        />
      )}
    </form>
  );
}

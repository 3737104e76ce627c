// The save bar of a draft of settings.

import { SaveBar } from '../../../components/save-bar.tsx';
import { countFaults } from './setting-draft.ts';
import type { SettingDraft } from './use-setting-draft.ts';

export function SettingsSaveBar({ form, draft }: { form: string; draft: SettingDraft }) {
  if (draft.edited === 0) return null;
  return (
    <SaveBar
      form={form}
      changes={draft.edited}
      faults={countFaults(draft.faults)}
      busy={draft.saving}
      onDiscard={draft.discard}
    />
  );
}

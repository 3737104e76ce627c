// What the parts of a channel's form have in common.

import type { ChannelDraft } from './channel-draft.ts';

export interface FieldsProps {
  draft: ChannelDraft;
  /** By the name of the setting, alone or as `settings.name`. */
  faults: Readonly<Record<string, string>>;
  onChange: (draft: ChannelDraft) => void;
}

export const faultOf = (faults: FieldsProps['faults'], name: string): string | undefined =>
  faults[`settings.${name}`] ?? faults[name];

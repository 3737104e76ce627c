// Why somebody is not told, and whom a step names, in English sentences for users of the API. Pure.

import type { NamedTarget, TellingReason, TellingReasonCode } from '@gonsters/contract';

export const reason = (code: TellingReasonCode, params: Readonly<Record<string, string>> = {}): TellingReason => ({
  code,
  params: { ...params },
});

const SENTENCES: Record<TellingReasonCode, (params: Readonly<Record<string, string>>) => string> = {
  person_left: () => 'A person who is named has left',
  no_person_of_role: ({ role }) => `There is no active ${role} who may see the alert`,
  nobody_on_duty: ({ schedule = 'a schedule that was removed' }) => `Nobody is on duty (on duty: ${schedule})`,
  channel_off: ({ channel }) => `The channel ${channel} is switched off`,
  channel_removed: () => 'A channel that is named was removed',
  no_alert_email: () => 'No address of the plant is set, or no mail server',
  no_webhook: () => 'There is no webhook',
  may_not_see: ({ person }) => `${person} may not see the machine`,
  no_contact: ({ person }) => `${person} has no verified contact point`,
  waits_quiet_hours: ({ until }) => `Waits until ${until}: quiet hours`,
  passes_quiet_hours: () => 'Passes quiet hours, because the alert is critical',
};

export const reasonText = ({ code, params }: TellingReason): string => SENTENCES[code](params);

export const reasonTextOrNull = (given: TellingReason | null): string | null => given && reasonText(given);

function targetText({ kind, name }: NamedTarget): string {
  switch (kind) {
    case 'person':
      return name ?? 'a person who left';
    case 'role':
      return `every ${name}`;
    case 'duty':
      return `on duty: ${name ?? 'a schedule that was removed'}`;
    case 'channel':
      return `channel ${name ?? 'that was removed'}`;
    case 'alert_email':
      return 'the address of the plant';
    case 'webhooks':
      return 'every webhook';
  }
}

export const targetsText = (targets: readonly NamedTarget[]): string => targets.map(targetText).join(', ');

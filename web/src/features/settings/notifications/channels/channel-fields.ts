// The few fields that a channel of each kind needs.

import type { ChannelKind } from '@gonsters/contract';
import type { en } from '../../../../i18n/telling/en.ts';

type PlainKey = {
  [key in keyof typeof en]: (typeof en)[key] extends string
    ? (typeof en)[key] extends `${string}{${string}`
      ? never
      : key
    : never;
}[keyof typeof en];

export interface ChannelField {
  name: string;
  label: PlainKey;
  hint?: PlainKey;
  isOptional?: boolean;
  isSecret?: boolean;
  isSwitch?: boolean;
  /** What stands in a new form. */
  initial?: string;
  placeholder?: string;
}

const DESTINATION = { name: 'destination', label: 'field.destination', isOptional: true } as const;

/** The mail server and SMS have forms of their own for the rest. */
export const CHANNEL_FIELDS: Record<ChannelKind, readonly ChannelField[]> = {
  email: [
    { name: 'from', label: 'field.from', hint: 'field.from.hint' },
    { ...DESTINATION, hint: 'field.destination.email' },
  ],
  webhook: [{ name: 'url', label: 'field.url', placeholder: 'https://' }],
  telegram: [
    { name: 'token', label: 'field.token', isSecret: true, placeholder: '123456:ABC…' },
    { ...DESTINATION, hint: 'field.destination.telegram', placeholder: '-1001234567890' },
  ],
  whatsapp: [
    { name: 'token', label: 'field.access_token', isSecret: true },
    { name: 'phone_number_id', label: 'field.phone_number_id' },
    { name: 'template', label: 'field.template', placeholder: 'alarm' },
    { name: 'template_language', label: 'field.template_language', initial: 'en' },
    { name: 'has_button', label: 'field.has_button', isSwitch: true },
    { name: 'app_secret', label: 'field.app_secret', hint: 'field.app_secret.hint', isSecret: true, isOptional: true },
  ],
  ntfy: [
    { name: 'url', label: 'field.server', initial: 'https://ntfy.sh' },
    { name: 'token', label: 'field.access_token', isSecret: true, isOptional: true },
    { ...DESTINATION, hint: 'field.destination.ntfy' },
  ],
  gotify: [
    { name: 'url', label: 'field.server', placeholder: 'https://' },
    { name: 'token', label: 'field.token', isSecret: true, isOptional: true },
  ],
  slack: [
    { name: 'url', label: 'field.url', placeholder: 'https://hooks.slack.com/services/…', isSecret: true },
    { name: 'signing_secret', label: 'field.signing_secret', isSecret: true, isOptional: true },
  ],
  teams: [{ name: 'url', label: 'field.url', placeholder: 'https://', isSecret: true }],
  discord: [{ name: 'url', label: 'field.url', placeholder: 'https://discord.com/api/webhooks/…', isSecret: true }],
  web_push: [{ name: 'subject', label: 'field.subject', hint: 'field.subject.hint', placeholder: 'mailto:' }],
  sms: [],
};

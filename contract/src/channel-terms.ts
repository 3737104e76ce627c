// The kinds of channels and what the page knows of each. Without schemas, so that the page needs no validator.

export const CHANNEL_KINDS = [
  ...(['email', 'webhook', 'telegram', 'whatsapp', 'ntfy', 'gotify'] as const),
  ...(['slack', 'teams', 'discord', 'web_push', 'sms'] as const),
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Stands in replies for a secret. Sent back, it means that the secret stays as it is. */
export const MASKED = '••••••';

interface SmsPreset {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  body: string;
  success: string;
}

/** The templates of two providers. `{{username}}` and `{{password}}` are what the provider calls its keys. */
export const SMS_PRESETS: Record<'zenziva' | 'twilio', SmsPreset> = {
  zenziva: {
    method: 'POST',
    url: 'https://console.zenziva.net/reguler/api/sendsms/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'userkey={{username}}&passkey={{password}}&to={{to}}&message={{text}}',
    success: '"status"\\s*:\\s*"?1"?\\b',
  },
  twilio: {
    method: 'POST',
    url: 'https://api.twilio.com/2010-04-01/Accounts/{{username}}/Messages.json',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic {{basic}}' },
    body: 'To={{to}}&From={{sender}}&Body={{text}}',
    success: '"sid"\\s*:\\s*"SM',
  },
};

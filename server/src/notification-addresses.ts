// The mail server and the address of the page, read from the environment.

import type { EnvironmentReader } from './environment.ts';

/** One address, alone or in angle brackets after a name. No line breaks, which would add lines to the head of a mail. */
const SENDER = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/;

/** `SMTP_URL` and `SMTP_FROM`; null where no mail server is set up. */
export function mailServer({ text, fault }: EnvironmentReader): { url: string; from: string } | null {
  const url = text('SMTP_URL');
  const from = text('SMTP_FROM');
  if (from !== null && !SENDER.test(from)) {
    fault('SMTP_FROM', 'SMTP_FROM must be an e-mail address such as GONSTERS <alarms@plant.example>');
  }
  if (url === null) {
    if (from !== null) fault('SMTP_FROM', 'SMTP_FROM needs SMTP_URL');
    return null;
  }
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol) || new URL(url).hostname === '') {
    fault('SMTP_URL', 'SMTP_URL must be a URL such as smtp://user:password@mail.example:587');
    return null;
  }
  if (from === null) fault('SMTP_FROM', 'SMTP_FROM must be set together with SMTP_URL');
  return from === null ? null : { url, from };
}

/** `PUBLIC_URL` without a slash at its end. */
export function publicUrl({ text, fault }: EnvironmentReader): string | null {
  const url = text('PUBLIC_URL');
  if (url === null) return null;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    fault('PUBLIC_URL', 'PUBLIC_URL must be an address such as https://gonsters.plant.example');
    return null;
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

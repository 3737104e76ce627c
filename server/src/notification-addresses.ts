// What notifications need: the mail server, the address of the page, the key of secrets, and networks, from the environment.

import { isIP } from 'node:net';
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

export function secretsKey({ text, fault }: EnvironmentReader): string | null {
  const key = text('SECRETS_KEY');
  if (key !== null && Buffer.byteLength(key) < 32) fault('SECRETS_KEY', 'SECRETS_KEY must have at least 32 bytes');
  return key;
}

/** `NOTIFY_ALLOWED_NETWORKS`: addresses, and networks such as 10.0.0.0/24. */
export function allowedNetworks({ list, fault }: EnvironmentReader): readonly string[] {
  const networks = list('NOTIFY_ALLOWED_NETWORKS') ?? [];
  for (const network of networks) {
    const [address = '', bits, ...more] = network.split('/');
    const most = isIP(address) === 4 ? 32 : 128;
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (isIP(address) !== 0 && more.length === 0 && isNetwork) continue;
    fault(
      'NOTIFY_ALLOWED_NETWORKS',
      `NOTIFY_ALLOWED_NETWORKS must list addresses such as 10.0.0.2 or networks such as 10.0.0.0/24; ${JSON.stringify(network)} is neither`,
    );
  }
  return networks;
}

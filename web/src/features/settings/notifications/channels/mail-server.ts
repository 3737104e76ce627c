// A mail server as the fields of a form, and as the address that the server stores.

import { MASKED } from '@gonsters/contract';

export interface MailServer {
  host: string;
  port: string;
  security: 'smtp' | 'smtps';
  user: string;
  password: string;
}

export const NEW_MAIL_SERVER: MailServer = { host: '', port: '587', security: 'smtp', user: '', password: '' };
const USUAL_PORTS = { smtp: '587', smtps: '465' } as const;

/** Another encryption goes with its usual port, unless another one was entered. */
export function withSecurity(server: MailServer, security: MailServer['security']): MailServer {
  const isUsual = server.port === '' || server.port === USUAL_PORTS[server.security];
  return { ...server, security, port: isUsual ? USUAL_PORTS[security] : server.port };
}

/** A masked password stays masked. */
export function mailAddress({ host, port, security, user, password }: MailServer): string {
  const kept = password === MASKED ? MASKED : encodeURIComponent(password);
  const access = user === '' ? '' : `${encodeURIComponent(user)}${password === '' ? '' : `:${kept}`}@`;
  return `${security}://${access}${host.trim()}${port.trim() === '' ? '' : `:${port.trim()}`}`;
}

/** The fields of a stored address; empty ones where it is none. */
export function mailServerOf(address: unknown): MailServer {
  const text = typeof address === 'string' ? address : '';
  const [, security, user, password, host, port] =
    /^(smtps?):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?(\[[^\]]*\]|[^:/?]*)(?::(\d+))?/.exec(text) ?? [];
  if (security !== 'smtp' && security !== 'smtps') return NEW_MAIL_SERVER;
  return {
    host: host ?? '',
    port: port ?? '',
    security,
    user: decoded(user ?? ''),
    password: decoded(password ?? ''),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

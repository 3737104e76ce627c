// The certificate with which a client of the embedded broker proves who it is.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface ClientCertificate {
  /** The common name and the alternative names of its subject. */
  readonly names: readonly string[];
  /** Why the configured authority does not vouch for it; null where it does. */
  readonly fault: string | null;
}

/** @returns null without TLS, and where the client presented no certificate */
export function readClientCertificate(socket: Socket): ClientCertificate | null {
  if (!(socket instanceof TLSSocket)) return null;
  const { subject, subjectaltname } = socket.getPeerCertificate();
  if (subject === undefined) return null;
  const alternative = /^(?:DNS|URI|email):(.+)$/;
  const names = [
    ...[subject.CN ?? []].flat(),
    ...(subjectaltname ?? '').split(', ').flatMap((entry) => alternative.exec(entry)?.[1] ?? []),
  ];
  return { names, fault: socket.authorized ? null : String(socket.authorizationError) };
}

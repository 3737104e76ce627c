// What the claims of the provider say about a person. They are input: names are made to fit, and texts have bounds.

import { createHash } from 'node:crypto';
import { usernameSchema } from '@gonsters/contract';
import { z } from 'zod';

export interface OidcPerson {
  readonly issuer: string;
  /** Identifies the person at the issuer, for ever. */
  readonly subject: string;
  readonly username: string;
  readonly email: string;
  readonly groups: readonly string[];
}

const GROUPS_MAX = 1_000;
const GROUP_LENGTH_MAX = 256;
const USERNAME_MAX = 50;
const emailSchema = z.email().max(254);

/** @param groupsClaim the claim with the groups: a list of texts, or one text */
export function personOf(claims: Readonly<Record<string, unknown>>, groupsClaim: string): OidcPerson {
  const issuer = String(claims.iss);
  const subject = String(claims.sub);
  const username = usernameOf(claims, subject);
  return { issuer, subject, username, email: emailOf(claims, subject), groups: groupsOf(claims[groupsClaim]) };
}

function groupsOf(claim: unknown): string[] {
  const groups = (Array.isArray(claim) ? claim : [claim]).filter((group) => typeof group === 'string');
  return groups.filter((group) => group !== '' && group.length <= GROUP_LENGTH_MAX).slice(0, GROUPS_MAX);
}

/** The first claim of which a valid user name can be made; of an e-mail address the part before the @. */
function usernameOf(claims: Readonly<Record<string, unknown>>, subject: string): string {
  for (const claim of [claims.preferred_username, claims.email, claims.name]) {
    if (typeof claim !== 'string') continue;
    const [local = ''] = claim.normalize('NFC').split('@');
    const fitting = local
      .trim()
      .replace(/\s+/g, '.')
      .replace(/[^\p{L}\p{N}._-]/gu, '');
    const parsed = usernameSchema.safeParse([...fitting].slice(0, USERNAME_MAX).join(''));
    if (parsed.success) return parsed.data;
  }
  return `user-${marker(subject)}`;
}

/**
 * An address that the provider has not verified could be that of somebody else. Without one the account has an address at
 * `.invalid`, to which no mail can be sent (RFC 2606).
 */
function emailOf(claims: Readonly<Record<string, unknown>>, subject: string): string {
  const email = emailSchema.safeParse(claims.email);
  if (email.success && claims.email_verified !== false && claims.email_verified !== 'false') return email.data;
  return `${marker(subject)}@oidc.invalid`;
}

const marker = (subject: string) => createHash('sha256').update(subject).digest('hex').slice(0, 16);

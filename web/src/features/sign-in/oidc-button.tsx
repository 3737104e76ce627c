// Leads to the provider of OpenID Connect, which sends the user back to the page that was asked for.

import { LogIn } from 'lucide-react';
import { ownPath, rememberReturn } from './return-path.ts';
import { useSignInText } from './use-sign-in-text.ts';

export function OidcButton({ name }: { name: string }) {
  const { say } = useSignInText();
  const path = ownPath(`${location.pathname}${location.search}`);
  return (
    <a
      className="button button-primary w-full"
      href={`/api/v1/auth/oidc/start?${new URLSearchParams({ return_to: path })}`}
      onClick={rememberReturn}
    >
      <LogIn size={16} strokeWidth={1.5} aria-hidden="true" />
      {say('oidc.with', { name })}
    </a>
  );
}

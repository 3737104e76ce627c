// Addresses of contact points: what is shown of them. Pure.

/** Kinds whose addresses let anybody who knows them send there, or read along. */
const SECRET_KINDS: ReadonlySet<string> = new Set([
  'webhook',
  'slack',
  'teams',
  'discord',
  'gotify',
  'ntfy',
  'web_push',
]);

/** The address without what is secret: of a URL the server, of a push subscription its service, of a token its end. */
export function maskedAddress(kind: string, address: string): string {
  if (address === '' || !SECRET_KINDS.has(kind)) return address;
  const url = urlIn(address);
  if (url !== null) return `${url.host}/…${kind === 'ntfy' ? '' : tail(url.pathname)}`;
  return `…${tail(address)}`;
}

/** What people see who may not read the addresses of others: of a mail address its server, of another one its end. */
export function hiddenAddress(address: string): string {
  if (address === '' || address.includes('…')) return address;
  const at = address.lastIndexOf('@');
  return at > 0 ? `${address.slice(0, 1)}…${address.slice(at)}` : `…${tail(address)}`;
}

/** The same for spellings of one address. */
export function addressKey(kind: string, address: string): string {
  const plain = /^(email|telegram|whatsapp|sms)$/.test(kind) ? address.toLowerCase().replace(/[\s().-]/g, '') : address;
  return `${kind} ${kind === 'email' ? address.trim().toLowerCase() : plain}`;
}

/** Three characters of a long secret tell two of them apart, and are of no use to anybody. */
const tail = (text: string) => (text.length >= 12 ? text.slice(-3) : '');

function urlIn(address: string): URL | null {
  const [text] = /https?:\/\/[^\s"]+/.exec(address) ?? [];
  return text !== undefined && URL.canParse(text) ? new URL(text) : null;
}

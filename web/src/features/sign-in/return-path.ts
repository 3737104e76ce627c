// The page to which one returns from a sign-in that leads over another address.

const KEY = 'gonsters.return';
/** Pages of the sign-in itself. */
const OWN = ['/sign-in', '/signed-in', '/reset'];

/** `path` if it is a page of this server, else the home page. A foreign address never is one. */
export function ownPath(path: string | null): string {
  if (path === null || !path.startsWith('/') || path.startsWith('//') || path.includes('\\')) return '/';
  const { pathname, origin } = new URL(path, 'http://own.invalid');
  return origin !== 'http://own.invalid' || OWN.includes(pathname) ? '/' : path;
}

export const rememberReturn = (): void =>
  sessionStorage.setItem(KEY, ownPath(`${location.pathname}${location.search}`));

/** Null where none is remembered. */
export function takeReturn(): string | null {
  const path = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return path === null ? null : ownPath(path);
}

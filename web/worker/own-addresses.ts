// Which addresses of the server are the page's own.

const SERVER = /^\/(api|ack|docs|hooks|health|metrics|openapi\.json|socket\.io|assets)(\/|$)/;
/** A file asked for by name, such as a picture opened in a tab of its own. */
const FILE = /\.\w+$/;

export const isOwnNavigation = (path: string): boolean => !SERVER.test(path) && !FILE.test(path);

/** A path of this origin with its query, `/` for anything else: a notification can't lead elsewhere. */
export function asOwnPath(url: unknown, origin: string): string {
  if (typeof url !== 'string') return '/';
  try {
    const target = new URL(url, origin);
    return target.origin === origin ? target.pathname + target.search + target.hash : '/';
  } catch {
    return '/';
  }
}

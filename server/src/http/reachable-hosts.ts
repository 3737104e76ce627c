// The hosts at which devices reach this server, as far as the server can know.

/** Networks of containers and virtual machines, which devices do not reach. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|cni|flannel|podman)/;

export const isLoopback = (host: string) => host === 'localhost' || /^(\[?::1\]?$|127\.)/.test(host);
const isEverywhere = (host: string) => host === '0.0.0.0' || host === '::';

/**
 * The likeliest first; never empty.
 *
 * @param asked the host by which the browser reached the server
 * @param bound where the listener listens
 */
export function reachableHosts(
  asked: string,
  bound: string,
  interfaces: Readonly<Record<string, readonly { address: string; family: string; internal: boolean }[] | undefined>>,
): string[] {
  if (!isEverywhere(bound)) {
    // A proxy on this computer may be what devices reach.
    return isLoopback(bound) && !isLoopback(asked) ? [asked, bound] : [bound];
  }
  const own = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    VIRTUAL.test(name)
      ? []
      : addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  );
  const hosts = [...new Set([...(isLoopback(asked) ? [] : [asked]), ...own])];
  return hosts.length > 0 ? hosts : ['127.0.0.1'];
}

// Which hosts are this computer.

/** @param hostname a name or an address, as `URL` and Node give it: IPv6 with or without brackets */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(hostname) || /^\[?::1\]?$/.test(hostname);
}

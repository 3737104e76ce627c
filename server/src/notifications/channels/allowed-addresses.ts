// Which addresses a channel may connect to: no link-local ones, where clouds keep their secrets, and private ones only where allowed.

import { BlockList, isIP, isIPv4 } from 'node:net';

const NEVER = [
  ...['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128'],
];
const PRIVATE = [
  ...['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', '192.0.0.0/24'],
  ...['::1/128', 'fc00::/7', '64:ff9b::/96', '2002::/16'],
];

export class AllowedAddresses {
  readonly #never = listOf(NEVER);
  readonly #private = listOf(PRIVATE);
  readonly #allowed: BlockList;

  /** @param networks `NOTIFY_ALLOWED_NETWORKS`: addresses, or networks such as 10.0.0.0/24 */
  constructor(networks: readonly string[]) {
    this.#allowed = listOf(networks);
  }

  /** @param address as `dns.lookup` and `isIP` know it */
  allows(address: string): boolean {
    // An IPv4 address that is written as an IPv6 one.
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
    if (isIP(plain) === 0 || /^::ffff:/i.test(plain)) return false;
    const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
    if (this.#never.check(plain, family)) return false;
    return !this.#private.check(plain, family) || this.#allowed.check(plain, family);
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

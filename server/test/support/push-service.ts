// A push service and the browser behind it: checks the token of the server (RFC 8292), and decrypts its messages (RFC 8291).

import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { type StubService, startService } from './stub-service.ts';

const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest();
/** HKDF of one block, written as RFC 8291 §3.4 writes it. */
const derive = (salt: Uint8Array, material: Uint8Array, info: Buffer, bytes: number) =>
  hmac(hmac(salt, material), Buffer.concat([info, Buffer.from([1])])).subarray(0, bytes);

export class Browser {
  readonly #ecdh = createECDH('prime256v1');
  readonly #auth: Buffer;

  constructor(keys?: { privateKey: string; auth: string }) {
    if (keys === undefined) this.#ecdh.generateKeys();
    else this.#ecdh.setPrivateKey(Buffer.from(keys.privateKey, 'base64url'));
    this.#auth = keys === undefined ? randomBytes(16) : Buffer.from(keys.auth, 'base64url');
  }

  get keys() {
    return { p256dh: this.#ecdh.getPublicKey('base64url'), auth: this.#auth.toString('base64url') };
  }

  decrypt(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const idLength = body.readUInt8(20);
    const sender = body.subarray(21, 21 + idLength);
    const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), this.#ecdh.getPublicKey(), sender]);
    const material = derive(this.#auth, this.#ecdh.computeSecret(sender), keyInfo, 32);
    const key = derive(salt, material, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(salt, material, Buffer.from('Content-Encoding: nonce\0'), 12);
    const sealed = body.subarray(21 + idLength);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    const end = padded.lastIndexOf(2);
    if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0)) throw new Error('The padding is wrong');
    return padded.subarray(0, end).toString('utf8');
  }
}

export interface PushService extends StubService {
  readonly browser: Browser;
  /** The subscription, as a page sends it. */
  readonly address: string;
  /** What the browser has shown. */
  readonly shown: Record<string, unknown>[];
}

export async function startPushService(nowMs: () => number = () => Date.now()): Promise<PushService> {
  const browser = new Browser();
  const shown: Record<string, unknown>[] = [];
  const stub: StubService = await startService(({ method, path, headers, body }) => {
    if (method !== 'POST') return { status: 405 };
    if (path !== '/push/1') return { status: 404 };
    if (!/^\d+$/.test(String(headers.ttl))) return { status: 400, body: 'TTL is required' };
    if (headers['content-encoding'] !== 'aes128gcm') return { status: 400, body: 'The encoding is not supported' };
    if (body.length > 4096) return { status: 413 };
    if (!isIdentified(String(headers.authorization), stub.url, nowMs())) return { status: 403, body: 'invalid JWT' };
    shown.push(JSON.parse(browser.decrypt(body)) as Record<string, unknown>);
    return { status: 201, headers: { location: `${stub.url}/message/${shown.length}` } };
  });
  const address = JSON.stringify({ endpoint: `${stub.url}/push/1`, keys: browser.keys });
  return Object.assign(stub, { browser, shown, address });
}

function isIdentified(authorization: string, audience: string, nowMs: number): boolean {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return false;
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url') },
    y: point.subarray(33).toString('base64url'),
  };
  const publicKey = createPublicKey({ format: 'jwk', key: jwk });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
  const seconds = Number(exp) - nowMs / 1000;
  return isSigned && aud === audience && seconds > 0 && seconds <= 86_400 && /^(mailto|https):/.test(String(sub));
}

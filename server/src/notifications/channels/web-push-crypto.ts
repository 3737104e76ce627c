// Encryption of a push message (RFC 8291, RFC 8188) and the token that identifies the server to a push service (RFC 8292).

import { createCipheriv, createECDH, createPrivateKey, hkdfSync, randomBytes, sign } from 'node:crypto';

const CURVE = 'prime256v1';
const POINT_BYTES = 65;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const SALT_BYTES = 16;
/** The whole message is one record. */
const RECORD_BYTES = 4_096;
/** Ends the last record. */
const DELIMITER = 2;
/** RFC 8292 allows 24 hours. */
const TOKEN_SECONDS = 43_200;

/** Of what the server is allowed to send: RFC 8291 §4, less the head and the tag. */
export const MAX_PUSH_BYTES = 3_993;

export interface VapidKeys {
  /** An uncompressed point of P-256, base64url. */
  readonly public_key: string;
  readonly private_key: string;
}

export interface PushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

export function newVapidKeys(): VapidKeys {
  const ecdh = createECDH(CURVE);
  ecdh.generateKeys();
  // A private key with zeros at its beginning is shorter than 32 bytes.
  const privateKey = Buffer.concat([Buffer.alloc(32), ecdh.getPrivateKey()]).subarray(-32);
  return { public_key: ecdh.getPublicKey('base64url'), private_key: privateKey.toString('base64url') };
}

/** Whether the keys of a subscription can be used: a point on the curve, and 16 bytes. */
export function arePushKeys({ p256dh, auth }: PushKeys): boolean {
  try {
    const point = Buffer.from(p256dh, 'base64url');
    const ecdh = createECDH(CURVE);
    ecdh.generateKeys();
    ecdh.computeSecret(point);
    return point.length === POINT_BYTES && Buffer.from(auth, 'base64url').length === SALT_BYTES;
  } catch {
    return false;
  }
}

/**
 * The body of the request, with `content-encoding: aes128gcm`.
 *
 * @param plaintext at most `MAX_PUSH_BYTES`
 * @param fixed the salt and the private key of the server, in tests
 */
export function encryptPush(
  plaintext: Uint8Array,
  { p256dh, auth }: PushKeys,
  fixed: { salt?: Uint8Array; privateKey?: Uint8Array } = {},
): Buffer {
  const receiver = Buffer.from(p256dh, 'base64url');
  const salt = fixed.salt ?? randomBytes(SALT_BYTES);
  const ecdh = createECDH(CURVE);
  if (fixed.privateKey === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(fixed.privateKey);
  const sender = ecdh.getPublicKey();
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, sender]);
  const material = hkdfSync('sha256', ecdh.computeSecret(receiver), Buffer.from(auth, 'base64url'), keyInfo, 32);
  const derived = (info: string, bytes: number) =>
    new Uint8Array(
      hkdfSync('sha256', new Uint8Array(material), salt, Buffer.from(`Content-Encoding: ${info}\0`), bytes),
    );
  const cipher = createCipheriv('aes-128-gcm', derived('aes128gcm', KEY_BYTES), derived('nonce', NONCE_BYTES));
  const body = Buffer.concat([
    cipher.update(Buffer.concat([plaintext, Buffer.from([DELIMITER])])),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(RECORD_BYTES, 0);
  head.writeUInt8(sender.length, 4);
  return Buffer.concat([salt, head, sender, body]);
}

/**
 * The header `authorization`.
 *
 * @param endpoint of the subscription; its origin is the audience
 * @param subject `mailto:` or `https:`
 */
export function vapidAuthorization(endpoint: string, subject: string, keys: VapidKeys, nowMs: number): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(nowMs / 1000) + TOKEN_SECONDS, sub: subject };
  const unsigned = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`;
  const point = Buffer.from(keys.public_key, 'base64url');
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      ...{ kty: 'EC', crv: 'P-256', d: keys.private_key },
      ...{ x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
    },
  });
  const signature = sign('sha256', Buffer.from(unsigned), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return `vapid t=${unsigned}.${signature}, k=${keys.public_key}`;
}

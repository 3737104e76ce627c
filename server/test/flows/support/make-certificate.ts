// A self-signed certificate for localhost, made anew for each test: no key lies in the repository, no program is needed.

import { createPrivateKey, generateKeyPairSync, randomInt, sign } from 'node:crypto';

const DAY_MS = 86_400_000;

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (ms: number) =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

export interface Certificate {
  /** PEM texts. */
  readonly cert: string;
  readonly key: string;
}

/** Valid from yesterday on for `days`, signed by itself unless an authority is given, whose common name is `issuerName`. */
export function makeCertificate(
  options: { days?: number; name?: string; issuer?: Certificate; issuerName?: string; isAuthority?: boolean } = {},
): Certificate {
  const { days = 1, name: commonName = 'localhost', issuer, issuerName = commonName, isAuthority = false } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
  const nameOf = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
  const alternativeNames = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, randomInt(256), randomInt(256)])),
    ecdsaWithSha256,
    nameOf(issuerName),
    sequence(utcTime(Date.now() - Math.max(1, 1 - days) * DAY_MS), utcTime(Date.now() + days * DAY_MS)),
    nameOf(commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(oid('551d11'), der(0x04, alternativeNames)),
        ...(isAuthority
          ? [
              sequence(
                oid('551d13'),
                der(0x01, Buffer.from([0xff])),
                der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
              ),
            ]
          : []),
      ),
    ),
  );
  const signature = der(
    0x03,
    Buffer.from([0]),
    sign('sha256', body, issuer ? createPrivateKey(issuer.key) : privateKey),
  );
  const base64 = sequence(body, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

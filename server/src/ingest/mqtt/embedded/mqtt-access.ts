// Authentication of clients of the embedded broker, and the address on which it listens.

import type { Config } from '../../../config.ts';
import type { GatewayService } from '../../../gateways/gateway-service.ts';
import type { ClientCertificate } from './client-certificate.ts';
import type { Publisher, Refusal, SignedIn } from './mqtt-client.ts';
import type { MqttConnection } from './mqtt-connection.ts';
import { REASON } from './packet-reader.ts';

const NOT_AUTHORIZED: Refusal = {
  reasonCode: REASON.notAuthorized,
  reason: 'A client of another computer needs the user name and the password of a gateway.',
};
const BAD_CREDENTIALS: Refusal = {
  reasonCode: REASON.badCredentials,
  reason: 'The user name or the password is wrong, or the gateway is switched off.',
};

export class MqttAccess {
  readonly #gateways: GatewayService;
  readonly #allowAnonymous: boolean;
  readonly #isProduction: boolean;

  constructor(gateways: GatewayService, config: Config) {
    this.#gateways = gateways;
    this.#allowAnonymous = config.mqtt.broker?.allowAnonymous ?? false;
    this.#isProduction = config.environment === 'production';
  }

  /** Only the loopback address until a gateway has credentials or anonymous access is allowed. */
  get listenHost(): string {
    return this.#gateways.hasAny || this.#allowAnonymous ? '0.0.0.0' : '127.0.0.1';
  }

  signIn(
    username: string | undefined,
    password: Buffer | undefined,
    { remoteAddress, certificate }: Pick<MqttConnection, 'remoteAddress' | 'certificate'>,
  ): SignedIn | Refusal {
    if (certificate !== null) return this.#signInByCertificate(certificate, username);
    if (username === undefined) {
      return this.#allowsAnonymousFrom(remoteAddress) ? { gateway: null } : NOT_AUTHORIZED;
    }
    const gateway = this.#gateways.authenticate(username, password?.toString() ?? '');
    if (gateway === null) return BAD_CREDENTIALS;
    this.#gateways.recordSeen(gateway.id);
    return { gateway };
  }

  /** The password is not asked for; a user name, where given, must be that of the same gateway. */
  #signInByCertificate(certificate: ClientCertificate, username: string | undefined): SignedIn | Refusal {
    const refuse = (reason: string): Refusal => ({ reasonCode: REASON.notAuthorized, reason });
    if (certificate.fault !== null)
      return refuse(`The certificate of the client is not accepted: ${certificate.fault}.`);
    const gateway = this.#gateways.findNamed(certificate.names);
    if (gateway === null) return refuse('The certificate of the client names no gateway.');
    if (username !== undefined && username !== gateway.username) return BAD_CREDENTIALS;
    this.#gateways.recordSeen(gateway.id);
    return { gateway };
  }

  /** The publisher after a change of gateways; null where it must be disconnected. */
  renew(publisher: Publisher, remoteAddress: string): Publisher | null {
    if (publisher.gateway === null) return this.#allowsAnonymousFrom(remoteAddress) ? publisher : null;
    const gateway = this.#gateways.get(publisher.gateway.id);
    if (!gateway?.isActive || gateway.passwordHash !== publisher.gateway.passwordHash) return null;
    return { ...publisher, gateway };
  }

  /** Clients on this computer need no credentials, except in production once there are gateways. */
  #allowsAnonymousFrom(remoteAddress: string): boolean {
    if (this.#allowAnonymous) return true;
    return isLoopback(remoteAddress) && !(this.#isProduction && this.#gateways.hasAny);
  }
}

const isLoopback = (address: string) => /^(::ffff:)?127\./.test(address) || address === '::1';

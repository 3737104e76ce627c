// /gateways/addresses: where devices reach this installation, for everybody who connects one.

import { networkInterfaces } from 'node:os';
import { type GatewayAddresses, gatewayAddressesSchema } from '@gonsters/contract';
import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { isLoopback, reachableHosts } from '../reachable-hosts.ts';

const EVERYWHERE = '0.0.0.0';

export async function gatewayAddressRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'config' | 'broker' | 'gateways' | 'settings'>,
): Promise<void> {
  app.get(
    '/gateways/addresses',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags: ['Gateways'],
        summary: 'Tells where devices reach this installation',
        response: { 200: gatewayAddressesSchema },
      },
    },
    async (request) => {
      const { config, settings } = deps;
      // What somebody has said counts for more than how the browser happens to come.
      const told = config.publicUrl ?? (settings.all().page_origin || null);
      return {
        status: 'success' as const,
        http: [...new Set([...(told === null ? [] : [told]), ...httpAddresses(request, config.host)])],
        ...mqttAddresses(told === null ? request.hostname : new URL(told).hostname, deps),
        topics: [...config.mqtt.topics],
      };
    },
  );
}

/** The address of the request, unless other computers cannot use it. */
function httpAddresses(request: FastifyRequest, bound: string): string[] {
  const { protocol, hostname, host, socket } = request;
  if (!isLoopback(hostname)) return [`${protocol}://${host}`];
  const port = socket.localPort;
  return reachableHosts(hostname, bound, networkInterfaces()).map((each) => `${protocol}://${each}:${port}`);
}

function mqttAddresses(
  asked: string,
  { config, broker, gateways }: Pick<HttpDeps, 'config' | 'broker' | 'gateways'>,
): Pick<GatewayAddresses, 'mqtt' | 'broker' | 'without_credentials'> {
  const { externalBroker, broker: embedded } = config.mqtt;
  if (externalBroker !== null) {
    const { host, port, tls } = externalBroker;
    return { mqtt: [{ host, port, tls }], broker: 'external', without_credentials: 'nowhere' };
  }
  const listening = broker();
  if (listening === null || embedded === null) return { mqtt: [], broker: null, without_credentials: 'nowhere' };
  // Without a host of its own the broker listens everywhere as soon as there is a gateway.
  const hosts = reachableHosts(asked, embedded.host ?? EVERYWHERE, networkInterfaces());
  const isOpenHere = !(config.environment === 'production' && gateways.hasAny);
  return {
    mqtt: hosts.map((host) => ({ host, port: listening.port, tls: listening.tls })),
    broker: 'embedded',
    without_credentials: embedded.allowAnonymous ? 'everywhere' : isOpenHere ? 'this_computer' : 'nowhere',
  };
}

// The channel `email`: a mail server, over a pool of connections that use TLS where the server offers it.

import { connect, type Socket } from 'node:net';
import type { Fault } from '@gonsters/contract';
import type { createTransport } from 'nodemailer';
import { isLoopback } from '../../loopback.ts';
import type { AllowedAddresses } from './allowed-addresses.ts';
import type { Channel, Outcome, OutgoingMessage } from './channel.ts';
import type { KindDefinition } from './channel-kind.ts';
import { allowedAddress, RefusedAddress } from './channel-request.ts';

const CONNECTIONS = 4;
const CONNECT_WITHIN_MS = 10_000;
/** Longer than that a mail server is not silent while it takes a message over. */
const ANSWER_WITHIN_MS = 20_000;
const MAX_RESPONSE = 500;
const MAX_ADDRESS = 254;
/** After these every mail is refused: a login that is wrong, and an address that may not be connected to. */
const ABOUT_THE_CHANNEL = new Set(['EAUTH', 'EREFUSED']);
/** Faults of this message, after which the server takes another one. Everything else may be over by the next attempt. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);
const FIRST_FINAL_CODE = 500;
const DEFAULT_PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 };
/** One address, alone or in angle brackets after a name. No line breaks, which would add lines to the head of a mail. */
const SENDER = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/;

export interface MailServer {
  /** `smtp://` or `smtps://`, with the user and the password. */
  readonly url: string;
  /** The sender, such as `GONSTERS <alarms@plant.example>`. */
  readonly from: string;
  /** Where a mail goes that has no other address. */
  readonly destination?: string | undefined;
}

type Transport = ReturnType<typeof createTransport>;

export class EmailChannel implements Channel {
  readonly #from: string;
  readonly #domain: string;
  readonly #destination: string;
  readonly #connect: () => Promise<Transport>;
  #transport: Promise<Transport> | null = null;

  /** @param addresses to which it may connect; null for the mail server of the environment, which is trusted */
  constructor({ url, from, destination = '' }: MailServer, addresses: Pick<AllowedAddresses, 'allows'> | null) {
    this.#from = from;
    this.#destination = destination;
    this.#domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
    const { hostname, username } = new URL(url);
    const options = {
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      connectionTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      dnsTimeout: CONNECT_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      // A password is not sent in the clear to another computer.
      requireTLS: username !== '' && !isLoopback(hostname),
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(addresses === null ? {} : { getSocket: socketTo(url, addresses) }),
    } as const;
    this.#connect = () => openTransport(options);
  }

  async send({ id, subject, text }: OutgoingMessage, contact: string): Promise<Outcome> {
    try {
      const transport = await this.#opened();
      const { response, messageId } = await transport.sendMail({
        from: this.#from,
        to: contact === '' ? this.#destination : contact,
        subject,
        text,
        messageId: `<${id}@${this.#domain}>`,
      });
      return { kind: 'accepted', response: shortened(response), providerId: messageId };
    } catch (error) {
      return faultOf(error);
    }
  }

  /** Connects and signs in; no mail is sent. */
  async selfTest(): Promise<Outcome> {
    try {
      await (await this.#opened()).verify();
      return { kind: 'accepted', response: 'The mail server answers, and takes the login' };
    } catch (error) {
      return faultOf(error);
    }
  }

  close(): void {
    void this.#transport?.then((transport) => transport.close());
  }

  #opened(): Promise<Transport> {
    this.#transport ??= this.#connect();
    return this.#transport;
  }
}

/** Many plants send no mail, so that the library is loaded with the first one. */
async function openTransport(options: Parameters<typeof createTransport>[0]): Promise<Transport> {
  const { createTransport: create } = await import('nodemailer');
  // Automatic replies, such as those of absent people, must not answer it (RFC 3834).
  const transport = create(options, { headers: { 'Auto-Submitted': 'auto-generated' } });
  // The attempt that used the connection reports the fault.
  transport.on('error', () => {});
  return transport;
}

function faultOf(error: unknown): Outcome {
  const { code = '', responseCode = 0, message } = error as Error & { code?: string; responseCode?: number };
  const response = shortened(message);
  if (error instanceof RefusedAddress || ABOUT_THE_CHANNEL.has(code)) {
    return { kind: 'never', response, isChannelFault: true };
  }
  const isFinal = ABOUT_THE_MESSAGE.has(code) && responseCode >= FIRST_FINAL_CODE;
  return isFinal ? { kind: 'never', response } : { kind: 'retry', response, afterMs: null };
}

/** Connects to an address that was checked, for each connection of the pool. */
function socketTo(address: string, addresses: Pick<AllowedAddresses, 'allows'>) {
  const { hostname, port, protocol } = new URL(address);
  type Callback = (error: Error | null, options?: { connection: Socket }) => void;
  return (_options: unknown, callback: Callback) => {
    allowedAddress(hostname, addresses).then(({ address: host, family }) => {
      const socket = connect({ host, family, port: Number(port || DEFAULT_PORTS[protocol]) });
      const failed = (error: Error) => callback(error);
      const late = setTimeout(() => socket.destroy(new Error('No connection within 10 s')), CONNECT_WITHIN_MS);
      socket.once('error', failed);
      socket.once('connect', () => {
        clearTimeout(late);
        socket.off('error', failed);
        callback(null, { connection: socket });
      });
    }, callback);
  };
}

function emailFaults({ url, from }: MailServer): Fault[] {
  const faults: Fault[] = [];
  if (!SENDER.test(from))
    faults.push({ field: 'settings.from', error: 'must be an address such as GONSTERS <alarms@plant.example>' });
  if (new URL(url).hostname === '') faults.push({ field: 'settings.url', error: 'must name a mail server' });
  return faults;
}

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, MAX_RESPONSE);

const emailFault = (address: string): string | null =>
  /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/.test(address) && address.length <= MAX_ADDRESS
    ? null
    : 'must be an e-mail address';

export const describeMailServer = ({ url, from }: MailServer): string => `${new URL(url).host}, from ${from}`;

export const emailKind: KindDefinition<'email'> = {
  words: 'e-mail',
  secrets: [],
  secretUrls: ['url'],
  places: [],
  addressHint: 'name@plant.example',
  addressFault: emailFault,
  hasDestination: ({ destination }) => destination !== undefined,
  hasButtons: () => false,
  describe: describeMailServer,
  faults: emailFaults,
  open: (settings, _own, { addresses }) => new EmailChannel(settings, addresses),
};

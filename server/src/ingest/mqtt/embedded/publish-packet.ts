// Parses PUBLISH. Nearly every packet is one, so that it is read without objects for its fields.

import { isUtf8 } from 'node:buffer';
import type { MqttVersion } from './client-packets.ts';
import { type Properties, readProperties } from './packet-properties.ts';
import { PacketFault, PacketReader, REASON } from './packet-reader.ts';
import { TOPIC_ALIAS_MAXIMUM } from './server-packets.ts';

/** The fields of the packet that was read last. */
export class PublishPacket {
  qos = 0;
  /** 0 for QoS 0. */
  id = 0;
  topic = '';
  payloadStart = 0;
  /** Topics by alias, of this connection. */
  #aliases: Map<number, string> | null = null;

  /**
   * Reads the packet with the first byte `head`, whose body is `buffer` from `start` to `end`.
   * @throws PacketFault
   */
  read(buffer: Buffer, head: number, start: number, end: number, version: MqttVersion): void {
    this.#readHead(buffer, head, start, end);
    if (version === 5) this.#readProperties(buffer, end);
    if (this.topic === '') throw new PacketFault(REASON.protocolError, 'the packet has no topic');
  }

  /** As `read`, for the beginning of a packet that is too large: only topic, QoS and identifier. @throws PacketFault */
  readBeginning(buffer: Buffer, head: number, start: number, end: number): this {
    this.#readHead(buffer, head, start, end);
    return this;
  }

  #readHead(buffer: Buffer, head: number, start: number, end: number): void {
    this.qos = (head >> 1) & 3;
    if (this.qos === 3) throw new PacketFault(REASON.malformed, 'QoS 3 does not exist');
    const topicStart = start + 2;
    const topicEnd = topicStart <= end ? topicStart + buffer.readUInt16BE(start) : end;
    this.payloadStart = topicEnd + (this.qos === 0 ? 0 : 2);
    if (topicStart > end || this.payloadStart > end)
      throw new PacketFault(REASON.malformed, 'the packet is shorter than its fields');
    this.topic = buffer.toString('utf8', topicStart, topicEnd);
    if (/[#+\0\ufffd]/.test(this.topic)) this.#refuseTopic(buffer.subarray(topicStart, topicEnd));
    this.id = this.qos === 0 ? 0 : buffer.readUInt16BE(topicEnd);
    if (this.qos > 0 && this.id === 0) throw new PacketFault(REASON.protocolError, 'the packet identifier is 0');
  }

  /** U+FFFD stands for bytes that are not UTF-8, but may also have been sent. */
  #refuseTopic(bytes: Buffer): void {
    if (!isUtf8(bytes) || bytes.includes(0)) throw new PacketFault(REASON.malformed, 'the topic is not valid UTF-8');
    if (/[#+]/.test(this.topic)) throw new PacketFault(REASON.topicNotValid, 'the topic contains wildcards');
  }

  #readProperties(buffer: Buffer, end: number): void {
    // Most packets have none.
    if (this.payloadStart < end && buffer[this.payloadStart] === 0) {
      this.payloadStart++;
      return;
    }
    const reader = new PacketReader(buffer, this.payloadStart, end);
    const properties = readProperties(reader, 'publish');
    this.payloadStart = reader.at;
    this.#resolveAlias(properties);
  }

  #resolveAlias({ topicAlias }: Properties): void {
    if (topicAlias === undefined) return;
    if (topicAlias === 0 || topicAlias > TOPIC_ALIAS_MAXIMUM)
      throw new PacketFault(REASON.topicAliasNotValid, 'the topic alias is 0 or larger than the maximum');
    if (this.topic === '') this.topic = this.#aliases?.get(topicAlias) ?? '';
    else {
      this.#aliases ??= new Map();
      this.#aliases.set(topicAlias, this.topic);
    }
  }
}

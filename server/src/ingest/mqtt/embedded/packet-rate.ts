// Limits the packets of one client with a token bucket.

const PACKETS_PER_SECOND = 10_000;
const BURST_PACKETS = 10_000;

export class PacketRate {
  #tokens = BURST_PACKETS;
  #refilledAtMs = performance.now();

  /** @returns for how many milliseconds nothing more should be read; 0 where reading may continue */
  spend(packets: number): number {
    const nowMs = performance.now();
    const refill = ((nowMs - this.#refilledAtMs) * PACKETS_PER_SECOND) / 1000;
    this.#refilledAtMs = nowMs;
    this.#tokens = Math.min(BURST_PACKETS, this.#tokens + refill) - packets;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / PACKETS_PER_SECOND) * 1000;
  }
}

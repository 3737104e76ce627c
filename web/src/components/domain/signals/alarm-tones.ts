// The two alarm sounds, as tones of the Web Audio API.

import type { Severity } from '@gonsters/contract';

const BEEP_S = 0.15;
const EVERY_S = 0.2;
/** A tone that starts or ends at once clicks. */
const RAMP_S = 0.005;

const SOUNDS: Record<Severity, { hz: number; beeps: number }> = {
  critical: { hz: 880, beeps: 3 },
  warning: { hz: 440, beeps: 1 },
};

/** Starts of the tones and their pitch, in seconds from now. */
export function tonesOf(severity: Severity): { hz: number; atS: number; lengthS: number }[] {
  const { hz, beeps } = SOUNDS[severity];
  return Array.from({ length: beeps }, (_, index) => ({ hz, atS: index * EVERY_S, lengthS: BEEP_S }));
}

/** `volume` is 0 to 1, the position of the slider. Perceived loudness is not linear, so it is squared. */
export function playTones(context: AudioContext, severity: Severity, volume: number): void {
  const level = volume * volume;
  for (const { hz, atS, lengthS } of tonesOf(severity)) {
    const startS = context.currentTime + atS;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hz;
    gain.gain.setValueAtTime(0, startS);
    gain.gain.linearRampToValueAtTime(level, startS + RAMP_S);
    gain.gain.setValueAtTime(level, startS + lengthS - RAMP_S);
    gain.gain.linearRampToValueAtTime(0, startS + lengthS);
    oscillator.connect(gain);
    gain.connect(context.destination);
    oscillator.start(startS);
    oscillator.stop(startS + lengthS);
  }
}

// The chain of a route as times after the raise.

import type { Chain, ChainStep } from '@gonsters/contract';

export interface ChainNode {
  step: ChainStep;
  /** From 1. */
  number: number;
  /** After the raise. */
  afterSeconds: number;
}

/** A step begins when its wait has passed after the last repetition of the one before. */
export function chainNodes({ steps }: Pick<Chain, 'steps'>): ChainNode[] {
  let end = 0;
  return steps.map((step, place) => {
    const afterSeconds = end + step.wait_seconds;
    end = afterSeconds + step.repeat * step.every_seconds;
    return { step, number: place + 1, afterSeconds };
  });
}

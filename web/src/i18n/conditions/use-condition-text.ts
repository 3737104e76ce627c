// The texts of conditions, and for which machines one is.

import type { ConditionScope } from '@gonsters/contract';
import { type AreaTexts, areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export type ConditionTexts = AreaTexts<typeof en>;
const useAreaText = areaText(en, id);

export function useConditionText(): ConditionTexts & {
  /** `machineName` is that of the machine that the screen is about. */
  scopeText: (scope: ConditionScope, machineName: string) => string;
} {
  const texts = useAreaText();
  const { say } = texts;
  return {
    ...texts,
    scopeText: (scope, machine) => {
      if (scope.level === 'machine') return say('scope.machine', { machine });
      return scope.level === 'type' ? say('scope.type', { type: scope.sensor_type }) : say('scope.plant');
    },
  };
}

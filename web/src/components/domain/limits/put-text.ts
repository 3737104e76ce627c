// The changes of a suggestion as text, for the address of the limits: opened so, they are in the form already.

import type { ImprovementChanges, LimitKind } from '@gonsters/contract';

export const putText = (kind: LimitKind, changes: ImprovementChanges): string => JSON.stringify({ ...changes, kind });

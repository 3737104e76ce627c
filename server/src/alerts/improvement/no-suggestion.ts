// Why there is no suggestion for a bad actor: as a code, and as an English sentence for users of the API. Pure.

import type { NoSuggestionReason } from '@gonsters/contract';

export const noSuggestion = (
  code: NoSuggestionReason['code'],
  raises: number | null = null,
  excursions: number | null = null,
): { suggestion: null; reason: NoSuggestionReason } => ({ suggestion: null, reason: { code, raises, excursions } });

export function noSuggestionText({ code, raises, excursions }: NoSuggestionReason): string {
  switch (code) {
    case 'computing':
      return 'Being computed';
    case 'not_a_limit':
      return 'Suggestions are made for limits only';
    case 'no_machine':
      return 'The machine does not exist any more';
    case 'tied_to_state':
      return 'It is tied to a state of the machine; suggestions are made without one';
    case 'no_limit':
      return 'This limit is not in force any more';
    case 'no_readings':
      return 'No single readings of the range are stored';
    case 'few_raises':
      return `With what is in force now, the stored values raise it ${raises === 1 ? 'once' : `${raises} times`} only`;
    case 'no_change':
      return 'No change that was tried removes 80 % of its raises';
    case 'no_change_in_time': {
      const are = excursions === 1 ? '1 true excursion' : `${excursions} true excursions`;
      return `No change that was tried removes 80 % of its ${raises} raises and finds ${are} in time`;
    }
    case 'failed':
      return 'It could not be computed; the log of the server says why';
  }
}

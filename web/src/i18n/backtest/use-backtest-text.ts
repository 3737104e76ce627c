// The texts of limits with their back-test.

import { areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export const useBacktestText = areaText(en, id);

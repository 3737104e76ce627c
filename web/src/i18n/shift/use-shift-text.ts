// The texts of the shift report.

import { areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export const useShiftText = areaText(en, id);

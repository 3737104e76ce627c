// The texts of the figures of alarms.

import { areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export const useFiguresText = areaText(en, id);

// The texts of the status of several machines.

import { areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export const useStatusText = areaText(en, id);

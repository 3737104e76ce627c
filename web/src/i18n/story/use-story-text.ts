// The texts of the story of an alert.

import { areaText } from '../area-text.ts';
import { en } from './en.ts';
import { id } from './id.ts';

export const useStoryText = areaText(en, id);

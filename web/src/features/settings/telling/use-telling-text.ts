// The texts about who is told, which come with the screens that need them.

import { type AreaTexts, areaText } from '../../../i18n/area-text.ts';
import { en } from '../../../i18n/telling/en.ts';
import { id } from '../../../i18n/telling/id.ts';

export type TellingTexts = AreaTexts<typeof en>;
export type Say = TellingTexts['say'];
export const useTellingText = areaText(en, id);

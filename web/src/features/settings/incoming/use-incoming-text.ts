// The texts of this screen, which come with its code: they are of no use to any other.

import { type AreaTexts, areaText } from '../../../i18n/area-text.ts';
import { en } from '../../../i18n/incoming/en.ts';
import { id } from '../../../i18n/incoming/id.ts';

export type IncomingTexts = AreaTexts<typeof en>;
export const useIncomingText = areaText(en, id);

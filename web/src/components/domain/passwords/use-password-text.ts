// The texts of lost passwords and of admission, which come with their code.

import { areaText } from '../../../i18n/area-text.ts';
import { en } from '../../../i18n/password/en.ts';
import { id } from '../../../i18n/password/id.ts';

export const usePasswordText = areaText(en, id);

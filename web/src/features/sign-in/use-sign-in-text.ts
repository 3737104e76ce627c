// The texts of signing in, which come with its code.

import { areaText } from '../../i18n/area-text.ts';
import { en } from '../../i18n/sign-in/en.ts';
import { id } from '../../i18n/sign-in/id.ts';

export const useSignInText = areaText(en, id);

// The texts about second factors, sessions and the rules of signing in, which come with their screens.

import { areaText } from '../../../i18n/area-text.ts';
import { en } from '../../../i18n/security/en.ts';
import { id } from '../../../i18n/security/id.ts';

export const useSecurityText = areaText(en, id);

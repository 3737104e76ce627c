// The texts of connecting a device and of the Gateways screen, which come with their code.

import { areaText } from '../../../i18n/area-text.ts';
import { en } from '../../../i18n/gateways/en.ts';
import { id } from '../../../i18n/gateways/id.ts';
import type { TranslateOf } from '../../../i18n/text.ts';

export type Say = TranslateOf<typeof en>;
export const useGatewayText = areaText(en, id);

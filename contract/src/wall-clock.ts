// Times of day by the clocks of a zone, as people set them.

import { z } from 'zod';
import { isTimeZone } from './time-zone.ts';

export const wallClockSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 06:00')
  .meta({ example: '06:00', description: 'A time of day, by the clocks of the zone.' });
export const zoneSchema = z
  .string()
  .max(64)
  .refine((zone) => /^[A-Za-z]/.test(zone) && isTimeZone(zone), 'must be an IANA time zone such as Asia/Jakarta')
  .meta({ example: 'Asia/Jakarta', description: 'An IANA time zone.' });

// Requests about shifts: the report of one, notes, signing it off, and the calendar.

import type { ShiftCalendarReply, ShiftReport, ShiftSignOff } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export const shiftApi = (client: ApiClient) => ({
  /** Of the shift at a moment; null for now. */
  report: (at: string | null, signal: AbortSignal) =>
    client.request<ShiftReport>({
      method: 'GET',
      path: '/shifts/report',
      query: { at: at ?? undefined },
      signal,
    }),
  addNote: (text: string) => client.request<unknown>({ method: 'POST', path: '/shifts/notes', body: { text } }),
  signOff: (shiftFrom: string, role: ShiftSignOff['role'], note: string) =>
    client.request<unknown>({
      method: 'POST',
      path: '/shifts/sign-offs',
      body: { shift_from: shiftFrom, role, ...(note === '' ? {} : { note }) },
    }),
  calendar: (signal?: AbortSignal) =>
    client.request<ShiftCalendarReply>({
      method: 'GET',
      path: '/notifications/calendar',
      ...(signal ? { signal } : {}),
    }),
});

// Short messages about what has just happened. The library that shows them is loaded when the first one is shown.

import type { ExternalToast } from 'sonner';

type Show = (text: string, options?: ExternalToast) => void;

const shown =
  (kind: 'message' | 'success' | 'error'): Show =>
  (text, options) =>
    void import('sonner').then(({ toast: library }) => library[kind](text, options));

export const toast: Show & { success: Show; error: Show } = Object.assign(shown('message'), {
  success: shown('success'),
  error: shown('error'),
});

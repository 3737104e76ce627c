// Copies a text, and reports for a moment that it did.

import { Check, Copy, type LucideIcon } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { toast } from '../toast.ts';

const SAID_MS = 2_000;

export interface Copying {
  copy: () => void;
  Icon: LucideIcon;
  /** For screen readers; empty until the text is copied. */
  said: string;
}

/** Where the clipboard is closed, what is in the field at `place` is copied, or in one made for it within that element. */
export function useCopy(text: string, place: RefObject<HTMLElement | null>): Copying {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if ((await toClipboard(text)) || copySelected(text, place.current ?? document.body)) setCopied(true);
    else toast.error(t('copy.failed'));
  };
  return { copy: () => void copy(), Icon: copied ? Check : Copy, said: copied ? t('app.copied') : '' };
}

/** The clipboard API exists only over HTTPS, which a server in a plant often does not have. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copySelected(text: string, place: HTMLElement): boolean {
  if (place instanceof HTMLInputElement || place instanceof HTMLTextAreaElement) {
    place.select();
    return document.execCommand('copy');
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sr-only';
  // Within the dialog, because the focus may not leave it.
  place.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

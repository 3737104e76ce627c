// Copies a text, and says whether it did.

import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { toast } from './toast.ts';

const SAID_MS = 2_000;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(text, ref.current?.parentElement ?? document.body)) setCopied(true);
    else toast.error(t('copy.failed'));
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      ref={ref}
      type="button"
      className="btn btn-quiet btn-sm btn-icon"
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="sr-only" role="status">
        {copied ? t('app.copied') : ''}
      </span>
    </button>
  );
}

/** Over plain HTTP, as in many a plant, the clipboard is closed to pages: there a selection is copied. */
async function copyText(text: string, place: HTMLElement): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sr-only';
  // Within the dialog, out of which the focus may not go.
  place.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

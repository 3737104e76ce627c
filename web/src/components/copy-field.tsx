// A text that somebody will need elsewhere, with a button that copies it.

import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Field } from './field.tsx';
import { toast } from './toast.ts';

const SAID_MS = 2_000;

export function CopyField({
  label,
  text,
  lines = 1,
  hint,
}: {
  label: string;
  text: string;
  lines?: number;
  hint?: string;
}) {
  const { t } = useText();
  const ref = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(text, ref.current)) setCopied(true);
    else toast.error(t('dialog.copy_failed'));
  };
  const Icon = copied ? Check : Copy;
  return (
    <Field label={label} hint={hint}>
      {(field) => (
        <span className="copy-field">
          {lines === 1 ? (
            <span className="inp">
              <input
                {...field}
                ref={ref}
                className="id"
                readOnly
                value={text}
                onFocus={(event) => event.target.select()}
              />
            </span>
          ) : (
            <textarea
              {...field}
              ref={ref}
              className="inp id"
              readOnly
              rows={lines}
              spellCheck={false}
              value={text}
              onFocus={(event) => event.target.select()}
            />
          )}
          <button
            type="button"
            className="btn btn-icon"
            aria-label={`${t('dialog.copy')}: ${label}`}
            onClick={() => void copy()}
          >
            <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          </button>
          <span className="sr-only" role="status">
            {copied ? t('dialog.copied') : ''}
          </span>
        </span>
      )}
    </Field>
  );
}

/** The clipboard is there only over HTTPS, which a server in a plant often does not have. */
async function copyText(text: string, field: HTMLInputElement | HTMLTextAreaElement | null): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not allowed: the old way may be.
  }
  field?.select();
  return document.execCommand('copy');
}

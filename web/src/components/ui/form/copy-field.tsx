// A read-only text with a button that copies it.

import { useRef } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { Field } from './field.tsx';
import { useCopy } from './use-copy.ts';

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
  const { copy, Icon, said } = useCopy(text, ref);
  return (
    <Field label={label} hint={hint}>
      {(field) => (
        <span className="copy-field">
          {lines === 1 ? (
            <span className="input">
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
              className="input id"
              readOnly
              rows={lines}
              spellCheck={false}
              value={text}
              onFocus={(event) => event.target.select()}
            />
          )}
          <button
            type="button"
            className="button button-icon"
            aria-label={`${t('dialog.copy')}: ${label}`}
            onClick={copy}
          >
            <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          </button>
          <span className="sr-only" role="status">
            {said}
          </span>
        </span>
      )}
    </Field>
  );
}

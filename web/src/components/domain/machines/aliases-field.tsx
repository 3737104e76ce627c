// The aliases of a machine as text, one in each line, because every other separator can be part of an alias.

import { useText } from '../../../i18n/use-text.ts';
import { Field } from '../../ui/form/field.tsx';

const MAX_LINES = 4;

export function AliasesField({
  text,
  fault,
  onChange,
}: {
  text: string;
  fault: string | undefined;
  onChange: (text: string) => void;
}) {
  const { t } = useText();
  return (
    <Field label={t('machine.aliases')} hint={t('machine.aliases.hint')} fault={fault}>
      {(props) => (
        <textarea
          {...props}
          className={`input id ${fault ? 'input-invalid' : ''}`}
          rows={Math.min(MAX_LINES, Math.max(2, text.split('\n').length))}
          spellCheck={false}
          autoCapitalize="none"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** Empty lines and spaces around an alias are nothing. */
export function aliasesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

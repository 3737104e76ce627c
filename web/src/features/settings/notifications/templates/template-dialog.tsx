// Changes what messages say, in each language, with a preview beside it.

import type { MessageLanguage, MessageTemplate } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { useDebounced } from '../../../../components/domain/machines/use-machine-lookup.ts';
import { FormDialog } from '../../../../components/ui/dialog/form-dialog.tsx';
import { FaultText, Field } from '../../../../components/ui/form/field.tsx';
import { Segments } from '../../../../components/ui/form/segments.tsx';
import { TextField } from '../../../../components/ui/form/text-field.tsx';
import { toast } from '../../../../components/ui/toast.ts';
import { formFaults } from '../../management-fault.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { useFormSubmit } from '../../use-form-submit.ts';
import { MessageExample } from './message-example.tsx';
import { templateKey, useExample } from './use-example.ts';

const KINDS = ['raised', 'escalated', 'still_active', 'cleared', 'acknowledged'] as const;

export function TemplateDialog({ onClose }: { onClose: () => void }) {
  const { say, t, language: own } = useTellingText();
  const api = useTellingApi();
  const queries = useQueryClient();
  const form = useFormSubmit();
  const body = useRef<HTMLTextAreaElement>(null);
  const [language, setLanguage] = useState<MessageLanguage>(own);
  const [kind, setKind] = useState<(typeof KINDS)[number]>('raised');
  const [typed, setTyped] = useState<Partial<Record<MessageLanguage, MessageTemplate>>>({});
  const { data } = useQuery({
    queryKey: templateKey(language),
    queryFn: ({ signal }) => api.messageTemplate(language, signal),
  });
  const draft = typed[language] ?? data?.template ?? { subject: '', body: '' };
  const settled = useDebounced(JSON.stringify(draft));
  const example = useExample(
    data === undefined ? null : { ...(JSON.parse(settled) as MessageTemplate), language, kind },
  );
  const isChanged = data !== undefined && JSON.stringify(draft) !== JSON.stringify(data.template);
  const change = (part: Partial<MessageTemplate>) => setTyped({ ...typed, [language]: { ...draft, ...part } });
  const insert = (name: string) => {
    const place = body.current?.selectionStart ?? draft.body.length;
    const end = body.current?.selectionEnd ?? place;
    const variable = `{{${name}}}`;
    change({ body: draft.body.slice(0, place) + variable + draft.body.slice(end) });
    requestAnimationFrame(() => {
      body.current?.focus();
      body.current?.setSelectionRange(place + variable.length, place + variable.length);
    });
  };
  const store = (work: () => Promise<unknown>) =>
    form.submit({}, async () => {
      await work();
      await queries.invalidateQueries({ queryKey: templateKey(language) });
      toast.success(say('read.saved'));
      onClose();
    });
  const wrong = example.isError ? formFaults(t, example.error) : form.faults;
  return (
    <FormDialog
      wide
      title={say('read.dialog')}
      lead={say('read.lead')}
      submitLabel={t('save.save')}
      canSubmit={isChanged && !example.isError}
      busy={form.busy}
      unsaved={isChanged}
      otherAction={
        data?.is_default === false ? (
          <button
            type="button"
            className="button button-quiet foot-left"
            disabled={form.busy}
            onClick={() => void store(() => api.resetTemplate(language))}
          >
            {say('read.reset')}
          </button>
        ) : null
      }
      onSubmit={() => store(() => api.storeTemplate(language, draft))}
      onClose={onClose}
    >
      <Segments
        label={say('read.language')}
        value={language}
        choices={[
          { value: 'en', label: <span lang="en">English</span> },
          { value: 'id', label: <span lang="id">Bahasa Indonesia</span> },
        ]}
        onChoose={setLanguage}
      />
      <TextField
        label={say('read.subject')}
        fault={wrong.subject}
        maxLength={300}
        value={draft.subject}
        onChange={(subject) => change({ subject })}
      />
      <Field label={say('read.body')} fault={wrong.body}>
        {(field) => (
          <textarea
            {...field}
            ref={body}
            className="input template-body"
            spellCheck={false}
            maxLength={4000}
            value={draft.body}
            onChange={(event) => change({ body: event.target.value })}
          />
        )}
      </Field>
      <div className="field">
        <span className="label">{say('read.variables')}</span>
        <div className="variable-chips">
          {data?.variables.map(({ name, description }) => (
            <button
              key={name}
              type="button"
              className="chip id"
              title={description}
              aria-label={say('read.insert', { name, description })}
              onClick={() => insert(name)}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      <div className="field">
        <span className="label">{say('read.preview')}</span>
        <Segments
          label={say('read.kind')}
          value={kind}
          choices={KINDS.map((value) => ({ value, label: say(`read.kind.${value}`) }))}
          onChoose={setKind}
        />
        {example.data && !example.isError ? <MessageExample message={example.data} /> : null}
      </div>
      {wrong[''] ? <FaultText>{wrong['']}</FaultText> : null}
    </FormDialog>
  );
}

// What a message says, with an example, and the button that changes it.

import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { RowsSkeleton } from '../../section-states.tsx';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { MessageExample } from './message-example.tsx';
import { TemplateDialog } from './template-dialog.tsx';
import { templateKey, useExample } from './use-example.ts';

export function WhatTheyRead() {
  const { say, language } = useTellingText();
  const api = useTellingApi();
  const [editing, setEditing] = useState(false);
  const { data } = useQuery({
    queryKey: templateKey(language),
    queryFn: ({ signal }) => api.messageTemplate(language, signal),
  });
  const example = useExample(data === undefined ? null : { ...data.template, language, kind: 'raised' });
  return (
    <section className="card" aria-label={say('read.title')}>
      <div className="card-head">
        <h2>{say('read.title')}</h2>
        {data?.updated_by ? (
          <span className="caption ellipsis">{say('read.own', { name: data.updated_by })}</span>
        ) : null}
        <span className="flex-1" />
        <button
          type="button"
          className="button button-quiet button-small"
          disabled={data === undefined}
          onClick={() => setEditing(true)}
        >
          <Pencil size={14} strokeWidth={1.5} aria-hidden="true" />
          {say('read.edit')}
        </button>
      </div>
      {example.data ? (
        <div className="px-4 pb-4">
          <MessageExample message={example.data} />
        </div>
      ) : (
        <RowsSkeleton />
      )}
      {editing ? <TemplateDialog onClose={() => setEditing(false)} /> : null}
    </section>
  );
}

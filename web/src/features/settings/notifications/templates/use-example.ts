// What a message would say with a template, of an example.

import type { MessageLanguage } from '@gonsters/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TemplateExample } from '../../../../api/telling/templates-api.ts';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';

export const templateKey = (language: MessageLanguage) => ['message-template', language];

export function useExample(example: TemplateExample | null) {
  const api = useTellingApi();
  return useQuery({
    queryKey: ['message-example', example],
    queryFn: ({ signal }) => api.showTemplate(example as TemplateExample, signal),
    enabled: example !== null,
    placeholderData: keepPreviousData,
    // A template with a fault stays wrong.
    retry: false,
  });
}

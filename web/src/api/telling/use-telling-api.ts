// The requests about who is told. They come with the screens that need them, not with the first one.

import { useMemo } from 'react';
import { useApi } from '../use-api.ts';
import { channelsApi } from './channels-api.ts';
import { contactsApi } from './contacts-api.ts';
import { dutyApi } from './duty-api.ts';
import { routesApi } from './routes-api.ts';
import { templatesApi } from './templates-api.ts';

export function useTellingApi() {
  const { client } = useApi();
  return useMemo(
    () => ({
      ...channelsApi(client),
      ...routesApi(client),
      ...templatesApi(client),
      ...dutyApi(client),
      ...contactsApi(client),
    }),
    [client],
  );
}

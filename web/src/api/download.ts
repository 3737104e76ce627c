// Files from the server: small ones are fetched whole and handed to the browser's downloads.

import type { ApiClient } from './api-client.ts';
import { ApiError, type Request } from './send.ts';

/** The address of a blob must outlive the click that starts its download. */
const KEEP_URL_MS = 60_000;

export function downloadApi(client: ApiClient) {
  return {
    /** For a file that fits into memory. Rejects with an ApiError; then nothing was saved. */
    downloadFile: async (path: string, query: Request['query'], filename: string, signal?: AbortSignal) => {
      const response = await client.open({
        method: 'GET',
        path,
        ...(query ? { query } : {}),
        ...(signal ? { signal } : {}),
      });
      saveBlob(await readBlob(response, signal), filename);
    },
  };
}

async function readBlob(response: Response, signal: AbortSignal | undefined): Promise<Blob> {
  try {
    return await response.blob();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiError(0, 'offline', 'The file broke off', { cause });
  }
}

export function saveBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
}

// Files from the server: streamed to a place that the user chose, or handed to the browser's downloads.

import type { ApiClient } from './api-client.ts';
import { type FileTarget, pickFile } from './file-target.ts';
import { ApiError, type Request } from './send.ts';

export function downloadApi(client: ApiClient) {
  return {
    downloadFile: (path: string, query: Request['query'], filename: string, signal?: AbortSignal) =>
      downloadFile(client, path, query, filename, signal),
  };
}

/** Where the file goes is asked first, while the click still counts. Rejects with an ApiError; then nothing was saved. */
export async function downloadFile(
  client: ApiClient,
  path: string,
  query: Request['query'],
  filename: string,
  signal?: AbortSignal,
): Promise<void> {
  const target = await pickFile(filename);
  if (target === null) return;
  try {
    const response = await client.open({
      method: 'GET',
      path,
      ...(query ? { query } : {}),
      ...(signal ? { signal } : {}),
    });
    await writeBody(response, target, signal);
    await target.close();
  } catch (error) {
    await target.discard().catch(() => undefined);
    throw error;
  }
}

/** Piece by piece; `onPiece` is called for each when it is written. */
export async function writeBody(
  response: Response,
  target: FileTarget,
  signal?: AbortSignal,
  onPiece: (piece: Uint8Array) => void = () => undefined,
): Promise<void> {
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read().catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new ApiError(0, 'offline', 'The file broke off', { cause });
    });
    if (!next?.value) return;
    await target.write(next.value);
    onPiece(next.value);
  }
}

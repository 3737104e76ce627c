// Where an exported file is written: directly to the disk where the browser offers a file picker, else to its downloads.

/** Written once, then closed or thrown away; after `discard` nothing of it is left. */
export interface FileTarget {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** Not in every browser, and only on pages that came over a safe way. */
interface SavePicker {
  showSaveFilePicker?: (options: {
    suggestedName: string;
    types: { accept: Record<string, string[]> }[];
  }) => Promise<FileSystemFileHandle & { remove?: () => Promise<void> }>;
}

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};
/** Pieces are handed to the browser in lumps of this size, which it may keep on the disk. */
const LUMP_BYTES = 8 * 1024 * 1024;

/** The address of a blob must outlive the click that starts its download. */
const KEEP_URL_MS = 60_000;

export const canPick = (): boolean => (window as SavePicker).showSaveFilePicker !== undefined;

/** To be called while a click is being handled. null where the person thought better of it. */
export async function pickFile(filename: string): Promise<FileTarget | null> {
  const { showSaveFilePicker } = window as SavePicker;
  const ending = filename.slice(filename.lastIndexOf('.') + 1);
  const type = TYPES[ending] ?? 'application/octet-stream';
  if (!showSaveFilePicker) return memoryFile(filename, type);
  try {
    const handle = await showSaveFilePicker.call(window, {
      suggestedName: filename,
      types: [{ accept: { [type]: [`.${ending}`] } }],
    });
    const stream = await handle.createWritable();
    return {
      write: (chunk) => stream.write(chunk),
      close: () => stream.close(),
      discard: async () => {
        await stream.abort();
        // The empty file that the choice of a place has made.
        await handle.remove?.();
      },
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    // Forbidden by a policy of the browser: the downloads are left.
    return memoryFile(filename, type);
  }
}

function memoryFile(filename: string, type: string): FileTarget {
  let lumps: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const lump = () => {
    lumps.push(new Blob(chunks));
    chunks = [];
    bytes = 0;
  };
  return {
    write: async (chunk) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= LUMP_BYTES) lump();
    },
    close: async () => {
      lump();
      saveBlob(new Blob(lumps, { type }), filename);
      lumps = [];
    },
    discard: async () => {
      lumps = [];
      chunks = [];
    },
  };
}

export function saveBlob(blob: Blob, filename: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
}
